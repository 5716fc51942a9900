#pragma once
#include "dg/layout/cast_elements.cuh"
#include "dg/layout/cast_scales.cuh"
#include "dg/layout/scale_factor.cuh"

// The per-channel and per-block casts: groups of g x 1 and g x g. A CTA holds a tile of 128 x 128 elements in
// registers while it finds the amax of every group that lies in it.
namespace dg {

struct TileGroupTile {
  static constexpr u32 rows = 128;
  static constexpr u32 columns = 128;
  static constexpr u32 thread_columns = 8;
  static constexpr u32 column_threads = columns / thread_columns;
  static constexpr u32 thread_rows = 4;
  static constexpr u32 row_threads = rows / thread_rows;
  static constexpr u32 threads = column_threads * row_threads;
};

// The tile's groups. A thread's row i lies in row group i for g = 32 (its rows are 32 apart), in the only one for
// g = 128.
template <CastConfig C>
struct TileGroups {
  static constexpr bool per_column = C.group_columns == 1;
  static constexpr u32 rows = TileGroupTile::rows / C.group_rows;
  static constexpr u32 columns = TileGroupTile::columns / C.group_columns;
  static constexpr u32 count = rows * columns;
  static constexpr bool code_per_row = C.packed && !per_column;

  static __device__ __forceinline__ u32 row_of(u32 thread_row) { return rows == 1 ? 0 : thread_row; }

  // Where the group of a column is kept. Neighbouring threads are 8 columns apart; for groups of one column this
  // order gives them neighbouring banks.
  static __device__ __forceinline__ u32 slot(u32 row_group, u32 column) {
    const u32 in_row = per_column ? column % TileGroupTile::thread_columns * TileGroupTile::column_threads +
                                        column / TileGroupTile::thread_columns
                                  : column / C.group_columns;
    return row_group * columns + in_row;
  }
};

using TileElements = float[TileGroupTile::thread_rows][TileGroupTile::thread_columns];

// Magnitudes are never negative, so their bits are ordered as they are, and the largest does not depend on the
// order of the atomics.
__device__ __forceinline__ void raise_amax(u32* amax_bits, float amax) { atomicMax(amax_bits, __float_as_uint(amax)); }

template <CastConfig C>
__device__ __forceinline__ void gather_amax(u32 (&amax_bits)[TileGroups<C>::count], const TileElements& elements,
                                            u32 first_column) {
  using Tile = TileGroupTile;
  using Groups = TileGroups<C>;
  constexpr u32 rows_per_group = Tile::thread_rows / Groups::rows;
#pragma unroll
  for (u32 group = 0; group < Groups::rows; ++group) {
    float column_amax[Tile::thread_columns] = {};
#pragma unroll
    for (u32 i = 0; i < rows_per_group; ++i) {
#pragma unroll
      for (u32 j = 0; j < Tile::thread_columns; ++j) {
        column_amax[j] = larger_magnitude(column_amax[j], elements[group * rows_per_group + i][j]);
      }
    }
    if constexpr (Groups::per_column) {
#pragma unroll
      for (u32 j = 0; j < Tile::thread_columns; ++j) {
        raise_amax(&amax_bits[Groups::slot(group, first_column + j)], column_amax[j]);
      }
    } else {
      constexpr u32 group_lanes = C.group_columns / Tile::thread_columns;
      float amax = 0.0f;
#pragma unroll
      for (u32 j = 0; j < Tile::thread_columns; ++j) amax = fmaxf(amax, column_amax[j]);
      amax = reduce_max<group_lanes>(amax);
      if (threadIdx.x % group_lanes == 0) raise_amax(&amax_bits[Groups::slot(group, first_column)], amax);
    }
  }
}

// Groups of g x g as codes: each row of the tile gets those of its group.
template <CastConfig C>
__device__ __forceinline__ void store_row_codes(const CastArguments& arguments, CastTilePosition tile,
                                                const u32 (&codes)[TileGroups<C>::count]) {
  using Groups = TileGroups<C>;
  static_assert(TileGroupTile::rows * Groups::columns <= TileGroupTile::threads, "one thread stores each code");
  const u32 row = threadIdx.x % TileGroupTile::rows;
  const u32 group_column = threadIdx.x / TileGroupTile::rows;
  if (group_column >= Groups::columns) return;
  const u32 slot = Groups::slot(row / C.group_rows, group_column * C.group_columns);
  store_row_code<C>(arguments, tile.row + row, tile.column / C.group_columns + group_column, codes[slot]);
}

template <CastConfig C>
__device__ __forceinline__ void tile_group_cast(const CastArguments& batches) {
  using Tile = TileGroupTile;
  using Groups = TileGroups<C>;
  static_assert(C.group_rows == 32 || C.group_rows == 128);
  static_assert(C.group_columns == 1 || C.group_columns == C.group_rows);
  static_assert(C.ue8m0 || !C.packed, "only powers of two have codes");
  static_assert(Groups::count <= Tile::threads, "one thread makes each scale");
  __shared__ u32 amax_bits[Groups::count];
  __shared__ float inverse_scales[Groups::count];

  const CastArguments arguments = cast_of_batch<C>(batches);
  const CastTilePosition tile = cast_tile_position<Tile::rows, Tile::columns>(arguments);
  const u32 first_row = threadIdx.x / Tile::column_threads;
  const u32 first_column = threadIdx.x % Tile::column_threads * Tile::thread_columns;

  TileElements elements;
#pragma unroll
  for (u32 i = 0; i < Tile::thread_rows; ++i) {
    const i64 row = tile.row + first_row + i * Tile::row_threads;
    load_elements<C>(elements[i], arguments, row, tile.column + first_column);
  }
  if (threadIdx.x < Groups::count) amax_bits[threadIdx.x] = 0;
  __syncthreads();

  gather_amax<C>(amax_bits, elements, first_column);
  __syncthreads();

  if (threadIdx.x < Groups::count) {
    const u32 group_row = threadIdx.x / Groups::columns;
    const u32 group_column = threadIdx.x % Groups::columns;
    const u32 slot = Groups::slot(group_row, group_column * C.group_columns);
    const ScaleFactor scale = scale_factor<C.ue8m0>(__uint_as_float(amax_bits[slot]));
    inverse_scales[slot] = scale.inverse;
    if constexpr (Groups::code_per_row) {
      amax_bits[slot] = code_of_scale(scale.value);  // the amax has served
    } else {
      store_scale<C>(arguments, tile.row / C.group_rows + group_row, tile.column / C.group_columns + group_column,
                     scale.value);
    }
  }
  __syncthreads();

#pragma unroll
  for (u32 i = 0; i < Tile::thread_rows; ++i) {
    u32 words[Tile::thread_columns / 4] = {};
#pragma unroll
    for (u32 j = 0; j < Tile::thread_columns; j += 2) {
      // Two columns share a pair of codes but not always a scale.
      const float inverse0 = inverse_scales[Groups::slot(Groups::row_of(i), first_column + j)];
      const float inverse1 = inverse_scales[Groups::slot(Groups::row_of(i), first_column + j + 1)];
      words[j / 4] |= quantize_pair(elements[i][j], elements[i][j + 1], inverse0, inverse1) << (8 * (j % 4));
    }
    store_codes<C>(words, arguments, tile.row + first_row + i * Tile::row_threads, tile.column + first_column);
  }
  if constexpr (Groups::code_per_row) store_row_codes<C>(arguments, tile, amax_bits);
}

}  // namespace dg
