#pragma once
#include "dg/epilogue/epilogue.cuh"
#include "dg/mma/promotion.cuh"
#include "dg/mma/warpgroup_mma.cuh"
#include "dg/pipeline/stage_barriers.cuh"
#include "dg/ptx/warp.cuh"
#include "dg/schedule/grouped_tiles.cuh"

namespace dg {

// Everything that is fixed when a GEMM kernel is compiled. The TypeScript descriptor (kernels/src/gemm/gemm-config.ts)
// writes it by field name.
struct GemmConfig {
  u32 block_m;              // rows of D a CTA computes at a time: 64 for each math warpgroup, or 128 for each
  u32 block_n;              // columns of D a CTA computes at a time: a multiple of 16
  u32 math_warpgroups;      // each has block_m / math_warpgroups of the rows
  u32 stages;               // depth of the operand pipeline
  u32 cluster_m;            // CTAs of a cluster that share B's rows
  u32 cluster_n;            // CTAs of a cluster that share A's rows
  OutputType output;        // of D and C
  StorePath store;          // how D leaves the CTA
  u32 shared_memory_bytes;  // what the launch gives; checked against the layout below
  Major major_a;            // BF16 only: FP8 is K-major
  Major major_b;
  Grouping grouping;
  ColumnScaling column_scaling;  // FP8 only
};

// A cluster would straddle groups.
__host__ __device__ constexpr bool may_cluster(GemmConfig c) {
  return c.grouping == Grouping::dense || c.cluster_m * c.cluster_n == 1;
}

__host__ __device__ constexpr u32 block_threads(GemmConfig c) { return (c.math_warpgroups + 1) * warpgroup_threads; }

// Registers a thread of each role gets; the sum over the block is what the block starts with (HOPPER.md):
// 128 x 40 + 256 x 232 = 384 x 168 and 128 x 32 + 384 x 160 = 512 x 128. With one math warpgroup every thread has
// enough as it is.
template <GemmConfig C>
struct RegisterBudget {
  static_assert(C.math_warpgroups >= 1 && C.math_warpgroups <= 3);
  static constexpr bool reallocates = C.math_warpgroups > 1;
  static constexpr u32 producer = C.math_warpgroups == 3 ? 32 : 40;
  static constexpr u32 math = C.math_warpgroups == 3 ? 160 : 232;
};

// Shared memory, as offsets from a base that is aligned to 1024 bytes, the period of the 128-byte swizzle.
template <GemmConfig C, bool HasScales>
struct GemmSharedLayout {
  using Barriers = StageBarriers<C.stages, C.cluster_m * C.cluster_n>;

  static constexpr u32 alignment = 1024;
  static constexpr u32 a_tile_bytes = operand_tile_bytes(C.major_a, C.block_m);
  static constexpr u32 b_tile_bytes = operand_tile_bytes(C.major_b, C.block_n);
  static constexpr u32 row_scale_bytes = HasScales ? C.block_m * sizeof(float) : 0;
  static constexpr u32 column_scale_bytes =
      HasScales && C.column_scaling == ColumnScaling::per_column ? C.block_n * sizeof(float) : 0;
  // A copy starts at a multiple of 128 bytes.
  static constexpr u32 column_scale_pitch = ceil_div(column_scale_bytes, 128u) * 128;
  static constexpr u32 stage_bytes = a_tile_bytes + b_tile_bytes + row_scale_bytes + column_scale_bytes;
  static constexpr u32 store_buffer_bytes =
      C.store == StorePath::tma ? StoreBoxes<C.output, C.block_n>::buffer_bytes : 0;

  static constexpr u32 store_buffers = 0;
  static constexpr u32 a_tiles = store_buffers + C.math_warpgroups * store_buffer_bytes;
  static constexpr u32 b_tiles = a_tiles + C.stages * a_tile_bytes;
  static constexpr u32 row_scales = b_tiles + C.stages * b_tile_bytes;
  static constexpr u32 column_scales = row_scales + C.stages * row_scale_bytes;
  static constexpr u32 barriers = column_scales + C.stages * column_scale_pitch;
  static constexpr u32 bytes = barriers + Barriers::bytes;

  static_assert(may_cluster(C), "clusters are for dense products");
  static_assert(a_tiles % alignment == 0 && b_tiles % alignment == 0 && row_scales % 128 == 0 && column_scales % 128 == 0);
  static_assert(bytes == C.shared_memory_bytes, "the descriptor and the kernel disagree about shared memory");
};

}  // namespace dg
