#pragma once
#include "dg/layout/cast_elements.cuh"
#include "dg/layout/cast_scales.cuh"
#include "dg/layout/scale_factor.cuh"

// The per-token cast: groups of 1 x g. A CTA takes 32 rows x 128 columns; 8 neighbouring lanes share a row, so that
// a group's amax never leaves its warp and the scales of 32 rows are stored side by side.
namespace dg {

struct RowGroupTile {
  static constexpr u32 rows = 32;
  static constexpr u32 columns = 128;
  static constexpr u32 thread_elements = 16;
  static constexpr u32 row_threads = columns / thread_elements;
  static constexpr u32 threads = rows * row_threads;
};

template <CastConfig C>
__device__ __forceinline__ void row_group_cast(const CastArguments& batches) {
  using Tile = RowGroupTile;
  static_assert(C.group_rows == 1 && (C.group_columns == 32 || C.group_columns == 128));
  static_assert(C.ue8m0 || !C.packed, "only powers of two have codes");
  constexpr u32 group_lanes = C.group_columns / Tile::thread_elements;

  const CastArguments arguments = cast_of_batch<C>(batches);
  const CastTilePosition tile = cast_tile_position<Tile::rows, Tile::columns>(arguments);
  const i64 row = tile.row + threadIdx.x / Tile::row_threads;
  const i64 column = tile.column + threadIdx.x % Tile::row_threads * Tile::thread_elements;

  ElementRun<C, Tile::thread_elements> elements;
  load_elements(elements, arguments, row, column);

  float amax = 0.0f;
#pragma unroll
  for (u32 i = 0; i < Tile::thread_elements; ++i) amax = larger_magnitude(amax, elements[i]);
  const ScaleFactor scale = scale_factor<C.ue8m0>(reduce_max<group_lanes>(amax));
  if (threadIdx.x % group_lanes == 0) store_scale<C>(arguments, row, column / C.group_columns, scale.value);

  u32 codes[Tile::thread_elements / 4] = {};
#pragma unroll
  for (u32 i = 0; i < Tile::thread_elements; i += 2) {
    codes[i / 4] |= quantize_pair(elements[i], elements[i + 1], scale.inverse, scale.inverse) << (8 * (i % 4));
  }
  store_codes<C>(codes, arguments, row, column);
}

}  // namespace dg
