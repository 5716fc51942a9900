#pragma once
#include "dg/schedule/tile.cuh"

namespace dg {

// The tiles of another schedule, each shared by the CTAs of a cluster: every one takes a part of K, in whole units. A
// part is empty where there are fewer units than CTAs.
template <typename Tiles, u32 Parts, u32 Unit>
struct SplitTiles {
  Tiles whole;
  u32 part;

  __device__ __forceinline__ SplitTiles(const TileSpace& space, ClusterPlace place) : whole(space, place), part(place.rank) {}

  __device__ __forceinline__ bool next(Tile& tile) {
    if (!whole.next(tile)) return false;
    const u32 units = ceil_div(tile.k_size, Unit);
    const u32 begin = units * part / Parts * Unit;
    const u32 end = min(units * (part + 1) / Parts * Unit, tile.k_size);
    tile.k_begin += begin;
    tile.k_size = end - begin;
    return true;
  }
};

}  // namespace dg
