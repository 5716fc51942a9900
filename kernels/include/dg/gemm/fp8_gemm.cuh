#pragma once
#include "dg/gemm/gemm_roles.cuh"
#include "dg/mma/promotion.cuh"

// D = C + A * B^T in FP8 with one scale for each row of A and 128 of K ("1D"), and for each 128 of K one for each 128
// rows of B ("2D") or each row ("1D"). A [M, K] and B [N, K] are K-major. One thread keeps the pipeline of operand tiles
// full; the math warpgroups multiply, promote and store.
namespace dg {

struct Fp8GemmOperands {
  const TensorMap& a;
  const TensorMap& b;
  const TensorMap& row_scales;     // float32 [(G,) M, k_blocks], M contiguous
  const TensorMap& column_scales;  // per column: float32 [(G,) N, k_blocks], N contiguous
  const float* block_scales;       // per block: float32 [(G,) ceil(N / 128), k_blocks]
  i64 block_scales_stride_group;
  i64 block_scales_stride_n;
  i64 block_scales_stride_k;
  TileSpace space;
};

template <GemmConfig C>
struct Fp8Gemm {
  using Layout = GemmSharedLayout<C, true>;
  using Barriers = typename Layout::Barriers;
  using Tiles = GemmTiles<C>;
  static constexpr u32 block_k = stage_k<OperandType::float8_e4m3>;
  static constexpr u32 registers_per_fragment = C.block_n / 2;
  // Two warpgroups gain 3 to 10 % from an unrolled loop; three cover each other's gaps, and lose (docs/performance.md).
  static constexpr u32 k_unroll = C.math_warpgroups == 3 ? 1 : 4;
  static_assert(block_k == scale_block, "a stage is what is summed before promotion");
  static_assert(C.block_m == C.math_warpgroups * fragment_rows);
  static_assert(C.major_a == Major::k && C.major_b == Major::k, "WGMMA takes FP8 only K-major");

  const Fp8GemmOperands& operands;
  const Epilogue<C.output>& epilogue;
  u32 cta_rank;
  Barriers barriers;
  u32 shared;  // base address

  __device__ __forceinline__ u32 k_blocks(Tile tile) const { return ceil_div(tile.k_size, block_k); }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }
  __device__ __forceinline__ u32 row_scales(u32 stage) const {
    return shared + Layout::row_scales + stage * Layout::row_scale_bytes;
  }
  __device__ __forceinline__ u32 column_scales(u32 stage) const {
    return shared + Layout::column_scales + stage * Layout::column_scale_pitch;
  }

  __device__ __forceinline__ void produce() const {
    typename Barriers::Position position;
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
    constexpr bool a_grouped = a_per_group(C.grouping);
    constexpr bool b_grouped = b_per_group(C.grouping);
    const u32 k = tile.k_begin + k_block * block_k;
    load_operand<Major::k, C.block_m, C.cluster_n, a_grouped>(operands.a, a_tile(stage), full, k, tile.row, tile.group,
                                                              cta_rank);
    load_operand<Major::k, C.block_n, C.cluster_m, b_grouped>(operands.b, b_tile(stage), full, k, tile.column, tile.group,
                                                              cta_rank);
    load_box<a_grouped>(operands.row_scales, row_scales(stage), full, tile.row, k / scale_block, tile.group);
    if constexpr (C.column_scaling == ColumnScaling::per_column) {
      load_box<b_grouped>(operands.column_scales, column_scales(stage), full, tile.column, k / scale_block, tile.group);
    }
  }

  __device__ __forceinline__ void consume(u32 warpgroup) const {
    typename Barriers::Position position;
    const u32 first_row = warpgroup * fragment_rows;
    Tiles tiles(operands.space, cta_rank);
    Tile tile;
    while (tiles.next(tile)) {
      float accumulators[registers_per_fragment] = {};
      multiply(accumulators, tile, first_row, position);
      store_fragment<C.output, C.store, C.block_n, C.grouping>(
          accumulators, epilogue, shared + Layout::store_buffers + warpgroup * Layout::store_buffer_bytes, 1 + warpgroup,
          tile, first_row);
    }
  }

  __device__ __forceinline__ void multiply(float (&accumulators)[registers_per_fragment], Tile tile, u32 first_row,
                                           typename Barriers::Position& position) const {
    if constexpr (C.column_scaling == ColumnScaling::per_column) {
      multiply_with_column_scales(accumulators, k_blocks(tile), first_row, position);
    } else {
      multiply_with_block_scales(accumulators, tile, first_row, position);
    }
  }

  __device__ __forceinline__ void multiply_with_column_scales(float (&accumulators)[registers_per_fragment], u32 k_blocks,
                                                              u32 first_row,
                                                              typename Barriers::Position& position) const {
    const FragmentPosition at = fragment_position();
    for (u32 k_block = 0; k_block < k_blocks; ++k_block, position.advance()) {
      const u32 stage = position.stage;
      float partial[registers_per_fragment];
      const RowScales rows = multiply_stage(partial, first_row, at, position);
      // The column scales are read in the middle of the promotion, so the stage is released after it.
      promote<C.block_n>(accumulators, partial, column_scales(stage) + at.column() * sizeof(float), rows.upper,
                         rows.lower);
      barriers.release(stage, at.lane);
    }
  }

  __device__ __forceinline__ void multiply_with_block_scales(float (&accumulators)[registers_per_fragment], Tile tile,
                                                             u32 first_row,
                                                             typename Barriers::Position& position) const {
    const FragmentPosition at = fragment_position();
    const u32 blocks = k_blocks(tile);
    const i64 group_offset = b_per_group(C.grouping) ? tile.group * operands.block_scales_stride_group : 0;
    ColumnScales<C.block_n> scales(operands.block_scales + group_offset, operands.block_scales_stride_n,
                                   operands.block_scales_stride_k, operands.space.n, blocks, tile.column, at.lane);
    for (u32 k_block = 0; k_block < blocks;) {
      scales.start_chunk(k_block / warp_threads, at.lane);
      const u32 chunk_end = min(k_block + warp_threads, blocks);
#pragma unroll k_unroll
      for (; k_block < chunk_end; ++k_block, position.advance()) {
        const u32 stage = position.stage;
        float partial[registers_per_fragment];
        const RowScales rows = multiply_stage(partial, first_row, at, position);
        barriers.release(stage, at.lane);
        promote<C.block_n>(accumulators, partial, scales, k_block, rows.upper, rows.lower);
      }
    }
  }

  struct RowScales {
    float upper, lower;
  };

  // The sum over one stage, complete when this returns.
  __device__ __forceinline__ RowScales multiply_stage(float (&partial)[registers_per_fragment], u32 first_row,
                                                      FragmentPosition at,
                                                      const typename Barriers::Position& position) const {
    barriers.wait_full(position);
    const u32 stage = position.stage;
    const u32 row_scale = row_scales(stage) + (first_row + at.row()) * sizeof(float);
    const RowScales rows = {load_shared_f32(row_scale), load_shared_f32(row_scale + 8 * sizeof(float))};
    pin_registers(partial);
    wgmma_fence();
    issue_stage_mma<OperandType::float8_e4m3, C.block_n>(partial, a_tile(stage) + first_row * operand_row_bytes,
                                                         b_tile(stage), false);
    wgmma_commit();
    pin_registers(partial);
    wgmma_wait<0>();
    return rows;
  }
};

template <GemmConfig C>
__device__ __forceinline__ void fp8_gemm(const Fp8GemmOperands& operands, const Epilogue<C.output>& epilogue) {
  using Gemm = Fp8Gemm<C>;
  extern __shared__ __align__(1024) u8 shared_memory[];
  const u32 shared = shared_address(shared_memory);
  const typename Gemm::Barriers barriers{shared + Gemm::Layout::barriers};
  if (threadIdx.x == 0) {
    prefetch_tensor_map(operands.a);
    prefetch_tensor_map(operands.b);
    prefetch_tensor_map(operands.row_scales);
    if constexpr (C.column_scaling == ColumnScaling::per_column) prefetch_tensor_map(operands.column_scales);
  }
  const u32 cta_rank = C.cluster_m * C.cluster_n > 1 ? cluster_cta_rank() : 0;
  const Gemm gemm{operands, epilogue, cta_rank, barriers, shared};
  start_block<C>(barriers);
  split_roles<C>([&] { gemm.produce(); }, [&](u32 warpgroup) { gemm.consume(warpgroup); });
}

}  // namespace dg
