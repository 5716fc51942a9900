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
  static constexpr u32 thread_rows = 8;
  static constexpr u32 row_threads = rows / thread_rows;
  static constexpr u32 threads = column_threads * row_threads;
};

// The tile's groups.
template <CastConfig C>
struct TileGroups {
  static constexpr bool per_column = C.group_columns == 1;
  static constexpr u32 rows = TileGroupTile::rows / C.group_rows;
  static constexpr u32 columns = TileGroupTile::columns / C.group_columns;
  static constexpr u32 count = rows * columns;
  static constexpr bool code_per_row = C.packed && !per_column;
  // Of a thread, whose rows are `row_threads` apart.
  static constexpr u32 thread_rows = TileGroupTile::thread_rows / rows;

  // Where the group of a column is kept. Neighbouring threads are 8 columns apart; for groups of one column this
  // order gives them neighbouring banks.
  static __device__ __forceinline__ u32 slot(u32 row_group, u32 column) {
    const u32 in_row = per_column ? column % TileGroupTile::thread_columns * TileGroupTile::column_threads +
                                        column / TileGroupTile::thread_columns
                                  : column / C.group_columns;
    return row_group * columns + in_row;
  }
};

template <CastConfig C>
using TileElements = ElementRun<C, TileGroupTile::thread_columns>[TileGroupTile::thread_rows];

// Magnitudes are never negative, so their bits are ordered as they are, and the largest does not depend on the
// order of the atomics.
__device__ __forceinline__ void raise_amax(u32* amax_bits, float amax) { atomicMax(amax_bits, __float_as_uint(amax)); }

template <CastConfig C>
__device__ __forceinline__ void gather_amax(u32 (&amax_bits)[TileGroups<C>::count], const TileElements<C>& elements,
                                            u32 first_column) {
  using Tile = TileGroupTile;
  using Groups = TileGroups<C>;
#pragma unroll
  for (u32 group = 0; group < Groups::rows; ++group) {
    float column_amax[Tile::thread_columns] = {};
#pragma unroll
    for (u32 i = 0; i < Groups::thread_rows; ++i) {
#pragma unroll
      for (u32 j = 0; j < Tile::thread_columns; ++j) {
        column_amax[j] = larger_magnitude(column_amax[j], elements[group * Groups::thread_rows + i][j]);
      }
    }
    if constexpr (Groups::per_column) {
      // A warp has two rows of threads, one above the other: half of the atomics do.
      static_assert(warp_lanes == 2 * Tile::column_threads);
#pragma unroll
      for (u32 j = 0; j < Tile::thread_columns; ++j) {
        const float other = __shfl_xor_sync(0xffffffff, column_amax[j], Tile::column_threads);
        if (threadIdx.x % warp_lanes < Tile::column_threads) {
          raise_amax(&amax_bits[Groups::slot(group, first_column + j)], fmaxf(column_amax[j], other));
        }
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

// Every thread's rows of a group of rows, with the scales of their columns.
template <CastConfig C>
__device__ __forceinline__ void store_row_group(const CastArguments& arguments, CastTilePosition tile,
                                                const TileElements<C>& elements,
                                                const float (&inverse_scales)[TileGroups<C>::count], u32 group,
                                                u32 first_row, u32 first_column) {
  using Tile = TileGroupTile;
  using Groups = TileGroups<C>;
  // Read once, not again after each store, which for all that the compiler knows may have changed them.
  float inverses[Tile::thread_columns];
#pragma unroll
  for (u32 j = 0; j < Tile::thread_columns; ++j) inverses[j] = inverse_scales[Groups::slot(group, first_column + j)];
#pragma unroll
  for (u32 i = 0; i < Groups::thread_rows; ++i) {
    const u32 thread_row = group * Groups::thread_rows + i;
    u32 words[Tile::thread_columns / 4] = {};
#pragma unroll
    for (u32 j = 0; j < Tile::thread_columns; j += 2) {
      // Two columns share a pair of codes but not always a scale.
      words[j / 4] |= quantize_pair(elements[thread_row][j], elements[thread_row][j + 1], inverses[j], inverses[j + 1])
                      << (8 * (j % 4));
    }
    store_codes<C>(words, arguments, tile.row + first_row + thread_row * Tile::row_threads, tile.column + first_column);
  }
}

// Groups of g x g as codes: each row of the tile gets those of its group.
template <CastConfig C>
__device__ __forceinline__ void store_row_codes(const CastArguments& arguments, CastTilePosition tile,
                                                const u32 (&codes)[TileGroups<C>::count]) {
  using Groups = TileGroups<C>;
  for (u32 at = threadIdx.x; at < TileGroupTile::rows * Groups::columns; at += TileGroupTile::threads) {
    const u32 row = at % TileGroupTile::rows;
    const u32 group_column = at / TileGroupTile::rows;
    const u32 slot = Groups::slot(row / C.group_rows, group_column * C.group_columns);
    store_row_code<C>(arguments, tile.row + row, tile.column / C.group_columns + group_column, codes[slot]);
  }
}

template <CastConfig C>
__device__ __forceinline__ void tile_group_cast(const CastArguments& batches) {
  using Tile = TileGroupTile;
  using Groups = TileGroups<C>;
  static_assert(C.group_rows == 32 || C.group_rows == 128);
  static_assert(C.group_columns == 1 || C.group_columns == C.group_rows);
  static_assert(C.ue8m0 || !C.packed, "only powers of two have codes");
  __shared__ u32 amax_bits[Groups::count];
  __shared__ float inverse_scales[Groups::count];

  const CastArguments arguments = cast_of_batch<C>(batches);
  const CastTilePosition tile = cast_tile_position<Tile::rows, Tile::columns>(arguments);
  const u32 first_row = threadIdx.x / Tile::column_threads;
  const u32 first_column = threadIdx.x % Tile::column_threads * Tile::thread_columns;

  TileElements<C> elements;
#pragma unroll
  for (u32 i = 0; i < Tile::thread_rows; ++i) {
    const i64 row = tile.row + first_row + i * Tile::row_threads;
    load_elements(elements[i], arguments, row, tile.column + first_column);
  }
  for (u32 slot = threadIdx.x; slot < Groups::count; slot += Tile::threads) amax_bits[slot] = 0;
  __syncthreads();

  gather_amax<C>(amax_bits, elements, first_column);
  __syncthreads();

  for (u32 group = threadIdx.x; group < Groups::count; group += Tile::threads) {
    const u32 group_row = group / Groups::columns;
    const u32 group_column = group % Groups::columns;
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
  for (u32 group = 0; group < Groups::rows; ++group) {
    store_row_group<C>(arguments, tile, elements, inverse_scales, group, first_row, first_column);
  }
  if constexpr (Groups::code_per_row) store_row_codes<C>(arguments, tile, amax_bits);
}

}  // namespace dg
