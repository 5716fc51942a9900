#pragma once
#include "dg/gemm/gemm_roles.cuh"
#include "dg/mma/promotion.cuh"

// D = C + A * B^T in FP8 with one scale for each row of A and 128 of K ("1D") and one for each 128 rows of B and 128
// of K ("2D"). A [M, K] and B [N, K] are K-major. One thread keeps the pipeline of operand tiles full; the math
// warpgroups multiply, promote and store.
namespace dg {

struct Fp8Gemm1d2dOperands {
  const TensorMap& a;
  const TensorMap& b;
  const TensorMap& row_scales;   // float32 [M, k_blocks], M contiguous
  const float* column_scales;    // float32 [ceil(N / 128), k_blocks]
  i64 column_scales_stride_n;
  i64 column_scales_stride_k;
  u32 m, n, k;
};

template <GemmConfig C>
struct Fp8Gemm1d2d {
  using Layout = GemmSharedLayout<C, true>;
  using Barriers = typename Layout::Barriers;
  using Tiles = GemmTiles<C>;
  static constexpr u32 block_k = stage_k<OperandType::float8_e4m3>;
  static constexpr u32 registers_per_fragment = C.block_n / 2;
  // Two warpgroups gain 3 to 10 % from an unrolled loop; three cover each other's gaps, and lose (docs/performance.md).
  static constexpr u32 k_unroll = C.math_warpgroups == 3 ? 1 : 4;
  static_assert(block_k == scale_block, "a stage is what is summed before promotion");
  static_assert(C.block_m == C.math_warpgroups * fragment_rows);

  const Fp8Gemm1d2dOperands& operands;
  const Epilogue<C.output>& epilogue;
  Tiles tiles;
  Barriers barriers;
  u32 shared;  // base address

  __device__ __forceinline__ u32 k_blocks() const { return ceil_div(operands.k, block_k); }
  __device__ __forceinline__ u32 a_tile(u32 stage) const { return shared + Layout::a_tiles + stage * Layout::a_tile_bytes; }
  __device__ __forceinline__ u32 b_tile(u32 stage) const { return shared + Layout::b_tiles + stage * Layout::b_tile_bytes; }
  __device__ __forceinline__ u32 row_scales(u32 stage) const {
    return shared + Layout::row_scales + stage * Layout::row_scale_bytes;
  }

  __device__ __forceinline__ void produce() const {
    typename Barriers::Position position;
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
    load_tensor(operands.row_scales, row_scales(stage), full, tile.row, k_block);
  }

  __device__ __forceinline__ void consume(u32 warpgroup) const {
    typename Barriers::Position position;
    const u32 first_row = warpgroup * fragment_rows;
    for (u32 index = tiles.first(); index < tiles.count(); index += tiles.stride()) {
      const Tile tile = tiles.at(index);
      float accumulators[registers_per_fragment] = {};
      multiply(accumulators, tile, first_row, position);
      store_fragment<C.output, C.store, C.block_n>(accumulators, epilogue,
                                                   shared + Layout::store_buffers + warpgroup * Layout::store_buffer_bytes,
                                                   1 + warpgroup, tile.row + first_row, tile.column);
    }
  }

  __device__ __forceinline__ void multiply(float (&accumulators)[registers_per_fragment], Tile tile, u32 first_row,
                                           typename Barriers::Position& position) const {
    const FragmentPosition at = fragment_position();
    ColumnScales<C.block_n> scales(operands.column_scales, operands.column_scales_stride_n,
                                   operands.column_scales_stride_k, operands.n, k_blocks(), tile.column, at.lane);
    for (u32 k_block = 0; k_block < k_blocks();) {
      scales.start_chunk(k_block / warp_threads, at.lane);
      const u32 chunk_end = min(k_block + warp_threads, k_blocks());
#pragma unroll k_unroll
      for (; k_block < chunk_end; ++k_block, position.advance()) {
        barriers.wait_full(position);
        const u32 stage = position.stage;
        const u32 row_scale = row_scales(stage) + (first_row + at.row()) * sizeof(float);
        const float upper_row = load_shared_f32(row_scale);
        const float lower_row = load_shared_f32(row_scale + 8 * sizeof(float));

        float partial[registers_per_fragment];
        pin_registers(partial);
        wgmma_fence();
        issue_stage_mma<OperandType::float8_e4m3, C.block_n>(partial, a_tile(stage) + first_row * operand_row_bytes,
                                                             b_tile(stage), false);
        wgmma_commit();
        pin_registers(partial);
        wgmma_wait<0>();
        barriers.release(stage, at.lane);
        promote<C.block_n>(accumulators, partial, scales, k_block, upper_row, lower_row);
      }
    }
  }
};

template <GemmConfig C>
__device__ __forceinline__ void fp8_gemm_1d2d(const Fp8Gemm1d2dOperands& operands, const Epilogue<C.output>& epilogue,
                                              u32 raster_rows) {
  using Gemm = Fp8Gemm1d2d<C>;
  extern __shared__ __align__(1024) u8 shared_memory[];
  const u32 shared = shared_address(shared_memory);
  const typename Gemm::Barriers barriers{shared + Gemm::Layout::barriers};
  if (threadIdx.x == 0) {
    prefetch_tensor_map(operands.a);
    prefetch_tensor_map(operands.b);
    prefetch_tensor_map(operands.row_scales);
  }
  const u32 cta_rank = C.cluster_m * C.cluster_n > 1 ? cluster_cta_rank() : 0;
  const Gemm gemm{operands, epilogue, {operands.m, operands.n, raster_rows, cta_rank}, barriers, shared};
  start_block<C>(barriers);
  split_roles<C>([&] { gemm.produce(); }, [&](u32 warpgroup) { gemm.consume(warpgroup); });
}

}  // namespace dg
