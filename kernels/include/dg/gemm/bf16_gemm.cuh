#pragma once
#include "dg/gemm/gemm_roles.cuh"

// D = C + A * B^T in BF16 with float32 accumulation. A [M, K] and B [N, K] are K-major. One thread keeps the pipeline
// of operand tiles full; the math warpgroups multiply and store. The accumulators stay in the tensor cores' chain for
// all of K, with one stage's instructions always in flight.
namespace dg {

struct Bf16GemmOperands {
  const TensorMap& a;
  const TensorMap& b;
  u32 m, n, k;
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
  Tiles tiles;
  Barriers barriers;
  u32 shared;  // base address

  __device__ __forceinline__ u32 k_blocks() const { return ceil_div(operands.k, block_k); }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }

  __device__ __forceinline__ void produce() const {
    Position position;
    for (u32 index = tiles.first(); index < tiles.count(); index += tiles.stride()) {
      const Tile tile = tiles.at(index);
      for (u32 k_block = 0; k_block < k_blocks(); ++k_block, position.advance()) {
        barriers.wait_empty(position);
        load_stage(position.stage, tile, k_block);
      }
    }
  }

  __device__ __forceinline__ void load_stage(u32 stage, Tile tile, u32 k_block) const {
    const u32 full = barriers.full(stage);
    mbarrier_arrive_expect_bytes(full, Layout::stage_bytes);
    load_operand<C.block_m, C.cluster_n>(operands.a, a_tile(stage), full, k_block * block_k, tile.row, tiles.cta_rank);
    load_operand<C.block_n, C.cluster_m>(operands.b, b_tile(stage), full, k_block * block_k, tile.column, tiles.cta_rank);
  }

  __device__ __forceinline__ void consume(u32 warpgroup) const {
    Position position;
    const u32 first_row = warpgroup * rows_per_warpgroup;
    const u32 buffers = shared + Layout::store_buffers + warpgroup * Layout::store_buffer_bytes;
    for (u32 index = tiles.first(); index < tiles.count(); index += tiles.stride()) {
      const Tile tile = tiles.at(index);
      Accumulators accumulators;
      multiply(accumulators, first_row, position);
#pragma unroll
      for (u32 f = 0; f < fragments; ++f) {
        store_fragment<C.output, C.store, C.block_n>(accumulators[f], epilogue, buffers, 1 + warpgroup,
                                                     tile.row + first_row + f * fragment_rows, tile.column);
      }
    }
  }

  // A stage is released once the stage after it has been issued, so that the tensor cores never run dry.
  __device__ __forceinline__ void multiply(Accumulators& accumulators, u32 first_row, Position& position) const {
    const u32 lane = threadIdx.x % warp_threads;
    u32 in_flight_stage = 0;
    for (u32 k_block = 0; k_block < k_blocks(); ++k_block, position.advance()) {
      barriers.wait_full(position);
      pin(accumulators);
      wgmma_fence();
#pragma unroll
      for (u32 f = 0; f < fragments; ++f) {
        const u32 row = first_row + f * fragment_rows;
        issue_stage_mma<OperandType::bfloat16, C.block_n>(
            accumulators[f], a_tile(position.stage) + row * operand_row_bytes, b_tile(position.stage), k_block > 0);
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

  __device__ __forceinline__ static void pin(Accumulators& accumulators) {
#pragma unroll
    for (u32 f = 0; f < fragments; ++f) pin_registers(accumulators[f]);
  }
};

template <GemmConfig C>
__device__ __forceinline__ void bf16_gemm(const Bf16GemmOperands& operands, const Epilogue<C.output>& epilogue,
                                          u32 raster_rows) {
  using Gemm = Bf16Gemm<C>;
  extern __shared__ __align__(1024) u8 shared_memory[];
  const u32 shared = shared_address(shared_memory);
  const typename Gemm::Barriers barriers{shared + Gemm::Layout::barriers};
  if (threadIdx.x == 0) {
    prefetch_tensor_map(operands.a);
    prefetch_tensor_map(operands.b);
  }
  const u32 cta_rank = C.cluster_m * C.cluster_n > 1 ? cluster_cta_rank() : 0;
  const Gemm gemm{operands, epilogue, {operands.m, operands.n, raster_rows, cta_rank}, barriers, shared};
  start_block<C>(barriers);
  split_roles<C>([&] { gemm.produce(); }, [&](u32 warpgroup) { gemm.consume(warpgroup); });
}

}  // namespace dg
