#pragma once
#include "dg/gemm/block_start.cuh"
#include "dg/pipeline/operand_load.cuh"

// Rows of A: the boxes in which a tile's arrive, and what stands in shared memory for those that do not.
namespace dg {

// Whether the rows of A are loaded in boxes of this CTA's own, of which a tile has only those that start inside the matrix.
template <GemmConfig C>
inline constexpr bool boxes_of_a_end_with_rows = C.major_a == Major::k && C.cluster_n == 1;

// Rows of A that arrive for each stage of a tile, in boxes of this CTA's own.
template <GemmConfig C>
__device__ __forceinline__ u32 loaded_rows_of_a(const Tile& tile, u32 box_rows) {
  u32 rows = box_rows;
  while (rows < C.block_m && tile.row + rows < tile.rows_end) rows += box_rows;
  return rows;
}

// Bytes of K-major A that arrive for each stage of a tile.
template <GemmConfig C>
__device__ __forceinline__ u32 bytes_of_a(const Tile& tile, u32 box_rows) {
  if constexpr (!boxes_of_a_end_with_rows<C>) return C.major_a == Major::k ? C.block_m * operand_row_bytes : 0;
  return loaded_rows_of_a<C>(tile, box_rows) * operand_row_bytes;
}

template <GemmConfig C>
__device__ __forceinline__ void load_rows_of_a(const TensorMap& map, u32 box_rows, u32 destination, u32 full, u32 k,
                                               const Tile& tile, u32 cta_rank) {
  constexpr bool grouped = a_per_group(C.grouping);
  if constexpr (boxes_of_a_end_with_rows<C>) {
    load_box<grouped>(map, destination, full, k, tile.row, tile.group);
    for (u32 row = box_rows; row < C.block_m && tile.row + row < tile.rows_end; row += box_rows) {
      load_box<grouped>(map, destination + row * operand_row_bytes, full, k, tile.row + row, tile.group);
    }
  } else {
    load_operand<C.major_a, C.block_m, C.cluster_n, grouped>(map, destination, full, k, tile.row, tile.group, cta_rank);
  }
}

// Where A ends inside a tile, its boxes do not fill it. Tensor cores read `whole_rows` of it at a time, and what they make of the
// rest is not stored; it is zero only so that nothing is read that nothing wrote. Clears the rows from `first` to the end of
// such a part, in the stages from `begin` to `end`. By the math warpgroups; a barrier of theirs follows. Few instructions: in a
// small product, each that is executed once waits for memory.
template <GemmConfig C, bool WithScales, typename Gemm>
__device__ __forceinline__ void clear_rows_of_a(const Gemm& gemm, u32 first, u32 begin, u32 end) {
  constexpr u32 chunk_bytes = 16;
  constexpr u32 threads = C.math_warpgroups * warpgroup_threads;
  static_assert(Gemm::whole_rows <= threads, "a thread clears one scale of a stage");
  constexpr u32 scale_bytes = WithScales ? Gemm::Layout::row_scale_bytes : 0;
  const u32 rows = ceil_div(first, Gemm::whole_rows) * Gemm::whole_rows - first;
#pragma unroll 1
  for (u32 stage = begin; stage < end; ++stage) {
    const u32 tile = gemm.a_tile(stage) + first * operand_row_bytes;
#pragma unroll 1
    for (u32 at = threadIdx.x * chunk_bytes; at < rows * operand_row_bytes; at += threads * chunk_bytes) {
      store_shared_f32x4(tile + at, {0, 0, 0, 0});
    }
    const u32 scales = gemm.shared + Gemm::Layout::row_scales + stage * scale_bytes + first * sizeof(float);
    if (scale_bytes > 0 && threadIdx.x < rows) store_shared_f32(scales + threadIdx.x * sizeof(float), 0);
  }
  fence_async_proxy_shared();
}

// Where one box has all rows of A, it is what arrives of every tile, also of its scales: the rest is cleared before anything
// else, while the grids before still run. Returns how many stages need no clearing any more.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ u32 clear_rows_below_only_box(const Gemm& gemm) {
  if constexpr (!boxes_of_a_end_with_rows<C>) return C.stages;
  if (gemm.operands.space.m > C.block_m) return 0;
  const u32 rows = gemm.operands.box_rows_of_a;
  if (rows % Gemm::whole_rows != 0) clear_rows_of_a<C, true>(gemm, rows, 0, C.stages);
  return C.stages;
}

// Elsewhere only the tiles in which A ends have rows that do not arrive. While such a tile's first stages come, those of them are
// cleared that no tile before has used: `used` are, and hold rows of tiles, or zeros. That is enough because all such tiles
// end at the same row, or have no part that one of them leaves out (boxRowsOfA in kernels/src/gemm/shared-memory.ts sees to
// it). Stages that are not the tile's own may have rows of the next one already.
template <GemmConfig C, typename Gemm>
__device__ __forceinline__ u32 clear_rows_not_loaded(const Gemm& gemm, const Tile& tile, u32 used) {
  const u32 end = min(C.stages, used + Gemm::k_blocks(tile));
  const u32 rows = loaded_rows_of_a<C>(tile, gemm.operands.box_rows_of_a);
  if (rows % Gemm::whole_rows != 0) {
    clear_rows_of_a<C, false>(gemm, rows, used, end);
    named_barrier_sync(start_barrier<C>, C.math_warpgroups * warpgroup_threads);
  }
  return end;
}

}  // namespace dg
