#pragma once
#include "dg/gemm/gemm_roles.cuh"

// D = C + A * B^T in BF16 with float32 accumulation, each operand K-major or MN-major. One thread keeps the pipeline of
// operand tiles full; the math warpgroups multiply and store. The accumulators stay in the tensor cores' chain for
// all of K, with one stage's instructions always in flight.
namespace dg {

struct Bf16GemmOperands {
  const TensorMap& a;
  const TensorMap& b;
  TileSpace space;
};

template <GemmConfig C>
struct Bf16Gemm {
  using Layout = GemmSharedLayout<C, false>;
  using Barriers = typename Layout::Barriers;
  using Position = typename Barriers::Position;
  using Tiles = GemmTiles<C>;
  static constexpr u32 block_k = stage_k<OperandType::bfloat16>;
  static constexpr u32 rows_per_warpgroup = C.block_m / C.math_warpgroups;
  static constexpr u32 fragments = rows_per_warpgroup / fragment_rows;
  static constexpr u32 registers_per_fragment = C.block_n / 2;
  static_assert(C.block_m == C.math_warpgroups * fragments * fragment_rows);
  using Accumulators = float[fragments][registers_per_fragment];

  const Bf16GemmOperands& operands;
  const Epilogue<C.output>& epilogue;
  u32 cta_rank;
  Barriers barriers;
  u32 shared;  // base address

  __device__ __forceinline__ u32 k_blocks(Tile tile) const { return ceil_div(tile.k_size, block_k); }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }

  __device__ __forceinline__ void produce() const {
    Position position;
    Tiles tiles(operands.space, cta_rank);
    Tile tile;
    while (tiles.next(tile)) {
      for (u32 k_block = 0; k_block < k_blocks(tile); ++k_block, position.advance()) {
        barriers.wait_empty(position);
        load_stage(position.stage, tile, k_block);
      }
    }
  }

  __device__ __forceinline__ void load_stage(u32 stage, Tile tile, u32 k_block) const {
    const u32 full = barriers.full(stage);
    mbarrier_arrive_expect_bytes(full, Layout::stage_bytes);
    const u32 k = tile.k_begin + k_block * block_k;
    load_operand<C.major_a, C.block_m, C.cluster_n, a_per_group(C.grouping)>(operands.a, a_tile(stage), full, k,
                                                                               tile.row, tile.group, cta_rank);
    load_operand<C.major_b, C.block_n, C.cluster_m, b_per_group(C.grouping)>(operands.b, b_tile(stage), full, k,
                                                                                  tile.column, tile.group, cta_rank);
  }

  __device__ __forceinline__ void consume(u32 warpgroup) const {
    Position position;
    const u32 first_row = warpgroup * rows_per_warpgroup;
    const u32 buffers = shared + Layout::store_buffers + warpgroup * Layout::store_buffer_bytes;
    Tiles tiles(operands.space, cta_rank);
    Tile tile;
    while (tiles.next(tile)) {
      Accumulators accumulators;
      multiply(accumulators, k_blocks(tile), first_row, position);
#pragma unroll
      for (u32 f = 0; f < fragments; ++f) {
        store_fragment<C.output, C.store, C.block_n, C.grouping>(accumulators[f], epilogue, buffers, 1 + warpgroup, tile,
                                                                 first_row + f * fragment_rows);
      }
    }
  }

  // A stage is released once the stage after it has been issued, so that the tensor cores never run dry.
  __device__ __forceinline__ void multiply(Accumulators& accumulators, u32 k_blocks, u32 first_row,
                                           Position& position) const {
    if constexpr (C.grouping == Grouping::k) {
      // A group may have nothing of K, and then the sum of nothing.
      clear(accumulators);
      if (k_blocks == 0) return;
    }
    const u32 lane = threadIdx.x % warp_threads;
    u32 in_flight_stage = 0;
    for (u32 k_block = 0; k_block < k_blocks; ++k_block, position.advance()) {
      barriers.wait_full(position);
      pin(accumulators);
      wgmma_fence();
#pragma unroll
      for (u32 f = 0; f < fragments; ++f) {
        const u32 row = first_row + f * fragment_rows;
        issue_stage_mma<OperandType::bfloat16, C.block_n, C.major_a, C.major_b>(
            accumulators[f], a_tile(position.stage) + fragment_offset<C.major_a>(row), b_tile(position.stage),
            k_block > 0);
      }
      wgmma_commit();
      pin(accumulators);
      wgmma_wait<1>();
      if (k_block > 0) barriers.release(in_flight_stage, lane);
      in_flight_stage = position.stage;
    }
    wgmma_wait<0>();
    pin(accumulators);
    barriers.release(in_flight_stage, lane);
  }

  __device__ __forceinline__ static void clear(Accumulators& accumulators) {
#pragma unroll
    for (u32 f = 0; f < fragments; ++f) {
#pragma unroll
      for (u32 i = 0; i < registers_per_fragment; ++i) accumulators[f][i] = 0;
    }
  }

  __device__ __forceinline__ static void pin(Accumulators& accumulators) {
#pragma unroll
    for (u32 f = 0; f < fragments; ++f) pin_registers(accumulators[f]);
  }
};

template <GemmConfig C>
__device__ __forceinline__ void bf16_gemm(const Bf16GemmOperands& operands, const Epilogue<C.output>& epilogue) {
  using Gemm = Bf16Gemm<C>;
  extern __shared__ __align__(1024) u8 shared_memory[];
  const u32 shared = shared_address(shared_memory);
  const typename Gemm::Barriers barriers{shared + Gemm::Layout::barriers};
  if (threadIdx.x == 0) {
    prefetch_tensor_map(operands.a);
    prefetch_tensor_map(operands.b);
  }
  const u32 cta_rank = C.cluster_m * C.cluster_n > 1 ? cluster_cta_rank() : 0;
  const Gemm gemm{operands, epilogue, cta_rank, barriers, shared};
  start_block<C>(barriers);
  split_roles<C>([&] { gemm.produce(); }, [&](u32 warpgroup) { gemm.consume(warpgroup); });
}

}  // namespace dg
