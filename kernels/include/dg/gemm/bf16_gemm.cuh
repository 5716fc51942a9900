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
  u32 box_rows_of_a;
  u32 stage_bytes;  // that arrive for each stage beside the boxes of K-major A: those of B and of scales
  Settled settled;
};

template <GemmConfig C>
struct Bf16Gemm {
  static constexpr u32 block_k = stage_k<OperandType::bfloat16>;
  using Part = WarpgroupTile<C, 256>;
  using Layout = GemmSharedLayout<C, false, Part>;
  using Barriers = typename Layout::Barriers;
  using Queue = typename Layout::Queue;
  using Position = typename Barriers::Position;
  using Tiles = GemmTiles<C, block_k>;
  using Accumulators = typename Part::Accumulators;
  // Rows of A that are multiplied if there is one of them.
  static constexpr u32 whole_rows = Part::rows;
  // 0.1 to 0.8 % slower where it was tried (docs/performance.md).
  static constexpr bool prefetches_a = false;
  static_assert(!C.group_maps && C.partial_sums == 1, "these are for FP8");
  static_assert(C.grouping != Grouping::masked || whole_rows == fragment_rows, "boxes of masked groups have one fragment");

  // What is fetched for a tile before its turn: nothing.
  struct TileAhead {
    __device__ __forceinline__ void start(const Bf16Gemm&, const Tile&, const Part&) {}
  };

  const Bf16GemmOperands& operands;
  const Epilogue<C.output>& epilogue;
  ClusterPlace place;
  Barriers barriers;
  Queue queue;
  u32 shared;  // base address

  __device__ __forceinline__ static u32 k_blocks(const Tile& tile) { return ceil_div(tile.k_size, block_k); }
  __device__ __forceinline__ u32 stage_bytes(const Tile& tile) const {
    return operands.stage_bytes + bytes_of_a<C>(tile, operands.box_rows_of_a);
  }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }

  __device__ __forceinline__ void load_a(u32 stage, const Tile& tile, u32 k_block) const {
    load_rows_of_a<C>(operands.a, operands.box_rows_of_a, a_tile(stage), barriers.full(stage),
                      tile.k_begin + k_block * block_k, tile, place.rank);
  }

  __device__ __forceinline__ void load_b(u32 stage, const Tile& tile, u32 k_block) const {
    load_operand<C.major_b, C.block_n, C.cluster_m, b_per_group(C.grouping)>(
        operands.b, b_tile(stage), barriers.full(stage), tile.k_begin + k_block * block_k, tile.column, tile.group,
        place.rank);
  }

  // One tile's products of A and B. A stage is released once the stage after it has been issued, so that the tensor
  // cores never run dry.
  __device__ __forceinline__ void multiply(Accumulators& accumulators, const Tile& tile, const Part& part,
                                           Position& position, const TileAhead&) const {
    const u32 blocks = k_blocks(tile);
    if constexpr (C.grouping == Grouping::k || C.split_k > 1) {
      // A group, or a part, may have nothing of K. The accumulators are zero then.
      if (blocks == 0) return;
    }
    const u32 lane = threadIdx.x % warp_threads;
    u32 in_flight_stage = 0;
#pragma unroll C.k_unroll
    for (u32 k_block = 0; k_block < blocks; ++k_block, position.advance()) {
      barriers.wait_full(position);
      pin(accumulators);
      wgmma_fence();
#pragma unroll
      for (u32 m = 0; m < Part::fragments_m; ++m) {
        const u32 row = part.first_row + m * fragment_rows;
#pragma unroll
        for (u32 n = 0; n < Part::fragments_n; ++n) {
          const u32 column = part.first_column + n * Part::mma_n;
          issue_stage_mma<OperandType::bfloat16, Part::mma_n, C.major_a, C.major_b>(
              accumulators[m][n],
              operand_descriptor<C.major_a>(a_tile(position.stage) + tile_offset<C.major_a>(row)),
              operand_descriptor<C.major_b>(b_tile(position.stage) + tile_offset<C.major_b>(column)), true);
        }
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
    for (u32 m = 0; m < Part::fragments_m; ++m) {
#pragma unroll
      for (u32 n = 0; n < Part::fragments_n; ++n) pin_registers(accumulators[m][n]);
    }
  }
};

template <GemmConfig C>
__device__ __forceinline__ void bf16_gemm(const Bf16GemmOperands& operands, const Epilogue<C.output>& epilogue) {
  if (threadIdx.x == 0) {
    prefetch_tensor_map(operands.a);
    prefetch_tensor_map(operands.b);
  }
  run_gemm<C, Bf16Gemm<C>>(operands, epilogue);
}

}  // namespace dg
