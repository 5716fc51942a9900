#pragma once
#include "dg/epilogue/epilogue.cuh"
#include "dg/epilogue/split_reduction.cuh"
#include "dg/mma/promotion.cuh"
#include "dg/mma/warpgroup_mma.cuh"
#include "dg/pipeline/stage_barriers.cuh"
#include "dg/ptx/warp.cuh"
#include "dg/schedule/grouped_tiles.cuh"
#include "dg/schedule/tile_queue.cuh"

namespace dg {

// Everything that is fixed when a GEMM kernel is compiled. The TypeScript descriptor (kernels/src/gemm/gemm-config.ts)
// writes it by field name; what it leaves out has the value that stands here.
struct GemmConfig {
  u32 block_m;              // rows of D a CTA computes at a time
  u32 block_n;              // columns of D a CTA computes at a time: a multiple of 16
  u32 math_warpgroups;      // they share the tile, one above the other ...
  u32 stages;               // depth of the operand pipeline
  u32 cluster_m;            // CTAs of a cluster that share B's rows
  u32 cluster_n;            // CTAs of a cluster that share A's rows
  OutputType output;        // of D and C
  StorePath store;          // how D leaves the CTA
  u32 shared_memory_bytes;  // what the launch gives; checked against the layout below
  Major major_a = Major::k;  // BF16 only: FP8 is K-major
  Major major_b = Major::k;
  Grouping grouping = Grouping::dense;
  ColumnScaling column_scaling = ColumnScaling::per_block;  // FP8 only
  u32 warpgroups_n = 1;   // ... but for so many, side by side
  u32 split_k = 1;        // CTAs of a cluster that share a tile, each with a part of K
  u32 blocks_per_sm = 1;  // CTAs that a multiprocessor has room for
  u32 store_boxes = 2;    // boxes of D that a math warpgroup has shared memory for
  u32 k_unroll = 1;       // stages that one pass of the loop over K takes: a power of two
  u32 partial_sums = 1;   // FP8: sums over a stage that a math warpgroup has in registers, 1 or 2
  bool group_maps = false;   // FP8, Grouping::k, no split: each group has matrices A and B of its own, and maps in global memory
};

__host__ __device__ constexpr u32 cluster_size(GemmConfig c) { return c.cluster_m * c.cluster_n * c.split_k; }

// CTAs that share an operand must have tiles of one group, and CTAs that share a tile do not share operands.
__host__ __device__ constexpr bool may_multicast(GemmConfig c) {
  if (c.cluster_m * c.cluster_n == 1) return true;
  return c.split_k == 1 && c.grouping != Grouping::masked && (c.grouping != Grouping::contiguous || c.cluster_m == 1);
}

// The math warpgroups take registers from the producer's warpgroup where they need more than an even share of the
// multiprocessor's (setmaxnreg works on whole warpgroups). Elsewhere one warp produces.
__host__ __device__ constexpr bool reallocates_registers(GemmConfig c) {
  return c.blocks_per_sm == 1 ? c.math_warpgroups > 1 : c.math_warpgroups == 1;
}

__host__ __device__ constexpr u32 block_threads(GemmConfig c) {
  return c.math_warpgroups * warpgroup_threads + (reallocates_registers(c) ? warpgroup_threads : warp_threads);
}

// Registers a thread of each role gets; the sum over the block is what the block starts with (HOPPER.md):
// 128 x 40 + 256 x 232 = 384 x 168 and 128 x 32 + 384 x 160 = 512 x 128; with two blocks on a multiprocessor
// 128 x 40 + 128 x 216 = 256 x 128.
template <GemmConfig C>
struct RegisterBudget {
  static_assert(C.math_warpgroups >= 1 && C.math_warpgroups <= 3);
  static_assert(C.blocks_per_sm == 1 || C.blocks_per_sm == 2);
  static constexpr u32 producer = C.math_warpgroups == 3 ? 32 : 40;
  static constexpr u32 math = C.math_warpgroups == 3 ? 160 : C.math_warpgroups == 2 ? 232 : 216;
};

// The part of a tile that one math warpgroup computes: fragments of 64 rows by what one instruction gives in columns.
template <GemmConfig C, u32 WidestMma>
struct WarpgroupTile {
  static constexpr u32 warpgroups_m = C.math_warpgroups / C.warpgroups_n;
  static constexpr u32 rows = C.block_m / warpgroups_m;
  static constexpr u32 columns = C.block_n / C.warpgroups_n;
  static constexpr u32 fragments_m = rows / fragment_rows;
  static constexpr u32 fragments_n = ceil_div(columns, WidestMma);
  static constexpr u32 mma_n = columns / fragments_n;
  static constexpr u32 registers_per_fragment = mma_n / 2;
  static_assert(warpgroups_m * C.warpgroups_n == C.math_warpgroups);
  static_assert(C.block_m == warpgroups_m * fragments_m * fragment_rows);
  static_assert(C.block_n == C.warpgroups_n * fragments_n * mma_n && mma_n % 8 == 0);

  using Accumulators = float[fragments_m][fragments_n][registers_per_fragment];

  u32 first_row;     // in the tile
  u32 first_column;  // in the tile

  __device__ __forceinline__ explicit WarpgroupTile(u32 warpgroup)
      : first_row(warpgroup / C.warpgroups_n * rows), first_column(warpgroup % C.warpgroups_n * columns) {}

  // Whether the matrix ends before this part of the tile. A single row of warpgroups does not ask.
  __device__ __forceinline__ bool is_below(const Tile& tile) const {
    return warpgroups_m > 1 && tile.row + first_row >= tile.rows_end;
  }

  // Fragments of this part, one above the other, that have rows of the matrix: one at least.
  __device__ __forceinline__ u32 fragments_above_end(const Tile& tile) const {
    u32 count = 1;
    while (count < fragments_m && tile.row + first_row + count * fragment_rows < tile.rows_end) ++count;
    return count;
  }
};

// Shared memory, as offsets from a base that is aligned to 1024 bytes, the period of the 128-byte swizzle.
template <GemmConfig C, bool HasScales, typename Part>
struct GemmSharedLayout {
  using Barriers = StageBarriers<C.stages, C.cluster_m * C.cluster_n>;
  using Queue = TileQueue<4>;
  using Reduction = SplitReduction<Part, C.split_k, C.math_warpgroups * 4>;

  static constexpr u32 alignment = 1024;
  static constexpr u32 a_tile_bytes = operand_tile_bytes(C.major_a, C.block_m);
  static constexpr u32 b_tile_bytes = operand_tile_bytes(C.major_b, C.block_n);
  static constexpr u32 row_scale_bytes = HasScales ? C.block_m * sizeof(float) : 0;
  static constexpr u32 column_scale_bytes =
      HasScales && C.column_scaling == ColumnScaling::per_column ? C.block_n * sizeof(float) : 0;
  // A copy starts at a multiple of 128 bytes.
  static constexpr u32 column_scale_pitch = ceil_div(column_scale_bytes, 128u) * 128;
  static constexpr u32 b_stage_bytes = b_tile_bytes + column_scale_bytes;
  static constexpr u32 stage_bytes = a_tile_bytes + row_scale_bytes + b_stage_bytes;
  static constexpr u32 store_buffer_bytes =
      C.store == StorePath::guarded ? 0 : C.store_boxes * StoreBoxes<C.output, Part::mma_n>::box_bytes;

  static constexpr u32 store_buffers = 0;
  static constexpr u32 a_tiles = store_buffers + C.math_warpgroups * store_buffer_bytes;
  static constexpr u32 b_tiles = a_tiles + C.stages * a_tile_bytes;
  static constexpr u32 row_scales = b_tiles + C.stages * b_tile_bytes;
  static constexpr u32 column_scales = row_scales + C.stages * row_scale_bytes;
  static constexpr u32 barriers = column_scales + C.stages * column_scale_pitch;
  static constexpr u32 tile_queue = barriers + Barriers::bytes;
  static constexpr u32 reduction = tile_queue + Queue::bytes;
  static constexpr u32 group_order = reduction + (C.split_k > 1 ? Reduction::bytes : 0);
  static constexpr u32 bytes = group_order + (C.grouping == Grouping::masked ? sizeof(GroupOrder) : 0);

  static_assert(may_multicast(C), "operands are shared within one group, and not by CTAs that split K");
  // Where K is split no CTA may be without a tile: it would wait for peers that wait for it.
  static_assert(C.split_k == 1 || C.grouping == Grouping::dense, "the launch gives a tile to every cluster of dense products only");
  static_assert(C.split_k == 1 || C.store == StorePath::guarded, "partial sums are stored by the guarded path");
  static_assert(a_tiles % alignment == 0 && b_tiles % alignment == 0 && row_scales % 128 == 0 && column_scales % 128 == 0 &&
                tile_queue % 16 == 0 && reduction % 16 == 0 && group_order % alignof(GroupOrder) == 0);
  static_assert(bytes == C.shared_memory_bytes, "the descriptor and the kernel disagree about shared memory");
};

}  // namespace dg
