#pragma once
#include "dg/schedule/tile.cuh"

// Tiles of a dense product, and the order of tiles.
namespace dg {

struct RasterPlace {
  u32 row, column;  // in tiles
};

// The place of a tile in the order in which tiles are worked on. Neighbours share operands: columns of `raster_rows`
// tiles, one after the other, so that the tiles in flight at one time form a block that re-reads its operands from L2.
__device__ __forceinline__ RasterPlace raster_place(u32 index, u32 rows, u32 columns, u32 raster_rows) {
  // Divisions take hundreds of cycles, which small products feel.
  if (rows == 1) return {0, index};
  const u32 group_size = raster_rows * columns;
  const u32 group = raster_rows >= rows ? 0 : index / group_size;
  const u32 within = index - group * group_size;
  const u32 first_row = group * raster_rows;
  const u32 group_rows = min(raster_rows, rows - first_row);
  const u32 column = within / group_rows;
  return {first_row + within - column * group_rows, column};
}

// The tile of one CTA of a cluster. It may lie outside D when the count of tiles is odd: its loads read zeros and its stores
// are clipped, so that every CTA of a cluster always takes the same steps.
template <u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN>
__device__ __forceinline__ Tile tile_in_cluster(RasterPlace place, u32 cta_rank, u32 m) {
  static_assert(ClusterM == 1 || ClusterN == 1, "one operand at most is shared");
  return {(place.row * ClusterM + (ClusterM > 1 ? cta_rank : 0)) * BlockM,
          (place.column * ClusterN + (ClusterN > 1 ? cta_rank : 0)) * BlockN, 0, m, 0, 0};
}

// Which output tiles a CTA computes, and in which order: every cluster walks the same list with the stride of the grid.
template <u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN>
struct PersistentTiles {
  u32 m, k;
  u32 rows;     // of D, in cluster tiles
  u32 columns;  // of D, in cluster tiles
  u32 raster_rows;
  u32 cta_rank;
  u32 index;
  u32 step;

  __device__ __forceinline__ PersistentTiles(const TileSpace& space, ClusterPlace place)
      : m(space.m),
        k(space.k),
        rows(ceil_div(space.m, BlockM * ClusterM)),
        columns(ceil_div(space.n, BlockN * ClusterN)),
        raster_rows(space.raster_rows),
        cta_rank(place.rank),
        index(place.index),
        step(place.count) {}

  // The next tile of this CTA, if there is one.
  __device__ __forceinline__ bool next(Tile& tile) {
    if (index >= rows * columns) return false;
    tile = tile_in_cluster<BlockM, BlockN, ClusterM, ClusterN>(raster_place(index, rows, columns, raster_rows), cta_rank, m);
    tile.k_size = k;
    index += step;
    return true;
  }
};

}  // namespace dg
