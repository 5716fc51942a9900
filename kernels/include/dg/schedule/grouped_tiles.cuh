#pragma once
#include "dg/memory/k_group_size.cuh"
#include "dg/schedule/group_order.cuh"
#include "dg/schedule/persistent_tiles.cuh"
#include "dg/schedule/split_tiles.cuh"

// Tiles of grouped products. What the groups are is in device memory and may be anything: a tile is skipped when its
// group does not exist, and no count is trusted beyond the memory that it describes.
namespace dg {

// One matrix of rows in segments, each of one group and starting at a multiple of BlockM. A tile of nothing but
// padding is skipped. The CTAs of a cluster have the same rows.
template <u32 BlockM, u32 BlockN, u32 ClusterN>
struct ContiguousTiles {
  PersistentTiles<BlockM, BlockN, 1, ClusterN> all;
  const i32* grouping;
  u32 groups;
  u32 alignment;

  __device__ __forceinline__ ContiguousTiles(const TileSpace& space, ClusterPlace place)
      : all(space, place), grouping(space.grouping), groups(space.groups), alignment(space.alignment) {}

  __device__ __forceinline__ bool next(Tile& tile) {
    while (all.next(tile)) {
      tile.group = group_of(tile.row);
      if (tile.group < groups) return true;
    }
    return false;
  }

  // `groups` or more for padding. A segment starts with its first row, so the tile's first row speaks for all.
  __device__ __forceinline__ u32 group_of(u32 row) const {
    if (alignment == 0) return static_cast<u32>(grouping[row]);
    const u32 group = first_ending_after(row);
    if (group == 0 || group == groups) return group;
    const u32 previous_end = static_cast<u32>(max(grouping[group - 1], 0));
    return row >= ceil_div(previous_end, alignment) * alignment ? group : groups;
  }

  // By bisection: ends never fall.
  __device__ __forceinline__ u32 first_ending_after(u32 row) const {
    u32 low = 0;
    u32 high = groups;
    while (low < high) {
      const u32 middle = (low + high) / 2;
      if (grouping[middle] > static_cast<i32>(row)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }
};

// How far the place of each of `step` clusters moves on from one wave of tiles to the next, so that a cluster does not take
// every 2nd, 3rd or 5th tile alone: no such number divides the distance to its next one, but where its place begins anew.
__device__ __forceinline__ u32 wave_turn(u32 step) {
  u32 stride = step;
  while (stride % 2 == 0 || stride % 3 == 0 || stride % 5 == 0) ++stride;
  return stride - step < step ? stride - step : 0;
}

// Groups of up to M rows with matrices of their own, one after the other; tiles beyond a group's rows do not exist. The row
// tiles of a group follow each other, and the last of them is often quickly done: places turn from wave to wave, or some
// clusters would have all of these.
template <u32 BlockM, u32 BlockN>
struct MaskedTiles {
  // A tile that is one fragment high takes as long with few rows as with many: then order does not matter.
  static constexpr bool tiles_differ = BlockM > fragment_rows;

  const i32* rows_of_group;
  GroupOrder& order;
  u32 m, k;
  u32 groups;
  u32 columns;
  u32 index;
  u32 place;  // in the wave
  u32 step;
  u32 turn;
  u32 ordinal = 0;      // of the group, in the order in which they are worked on
  u32 group_start = 0;  // index of the group's first tile
  MaskedGroup group = {};

  // By a whole warp.
  __device__ __forceinline__ MaskedTiles(const TileSpace& space, ClusterPlace cluster, GroupOrder& group_order)
      : rows_of_group(space.grouping),
        order(group_order),
        m(space.m),
        k(space.k),
        groups(space.groups),
        columns(ceil_div(space.n, BlockN)),
        index(cluster.index),
        place(cluster.index),
        step(cluster.count),
        turn(tiles_differ ? wave_turn(cluster.count) : 0) {
    if (is_sorted()) {
      const u32 lane = threadIdx.x % warp_threads;
      order.sort(lane < groups ? rows_of(lane) : 0, groups);
    }
    if (groups > 0) group = group_at(0);
  }

  __device__ __forceinline__ bool is_sorted() const { return tiles_differ && groups <= GroupOrder::most_groups; }

  __device__ __forceinline__ MaskedGroup group_at(u32 at) const {
    if (is_sorted()) return order[at];
    return {at, rows_of(at)};
  }

  __device__ __forceinline__ u32 rows_of(u32 of) const {
    return static_cast<u32>(min(max(rows_of_group[of], 0), static_cast<i32>(m)));
  }

  __device__ __forceinline__ bool next(Tile& tile) {
    while (ordinal < groups) {
      const u32 row_tiles = ceil_div(group.rows, BlockM);
      const u32 within = index - group_start;
      if (within < row_tiles * columns) {
        const u32 column = within / row_tiles;
        tile = {(within - column * row_tiles) * BlockM, column * BlockN, group.index, group.rows, 0, k};
        start_next_wave();
        return true;
      }
      group_start += row_tiles * columns;
      if (++ordinal < groups) group = group_at(ordinal);
    }
    return false;
  }

  __device__ __forceinline__ void start_next_wave() {
    const bool wraps = place + turn >= step;
    index += wraps ? turn : step + turn;
    place = wraps ? place + turn - step : place + turn;
  }
};

// Groups along K: each has all tiles of a D of its own. The group with the least of K comes last, because its tiles are the
// ones that leave multiprocessors idle for the shortest time where they do not fill a wave. The others come in their own order: where all
// groups with little of K followed each other, D's traffic would be in the way for that long.
template <u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN>
struct KGroupedTiles {
  struct Group {
    u32 index;
    u32 k_begin;
    u32 k_size;
  };

  const i32* sizes;
  u32 m, k;
  u32 groups;
  u32 rows;     // of D, in cluster tiles
  u32 columns;  // of D, in cluster tiles
  u32 raster_rows;
  u32 cta_rank;
  u32 index;
  u32 step;
  u32 last;         // group
  u32 ordinal = 0;  // of the group, in the order in which they are worked on
  Group group;

  // By a whole warp.
  __device__ __forceinline__ KGroupedTiles(const TileSpace& space, ClusterPlace place)
      : sizes(space.grouping),
        m(space.m),
        k(space.k),
        groups(space.groups),
        rows(ceil_div(space.m, BlockM * ClusterM)),
        columns(ceil_div(space.n, BlockN * ClusterN)),
        raster_rows(space.raster_rows),
        cta_rank(place.rank),
        index(place.index),
        step(place.count),
        last(smallest_group()),
        group(first_group()) {
    go_to(0);
  }

  // Of those that have any of K; the last one if none has.
  __device__ __forceinline__ u32 smallest_group() const {
    u32 smallest = groups - 1;
    u32 least = ~0u;
    for (u32 of = threadIdx.x % warp_threads; of < groups; of += warp_threads) {
      const u32 size = k_group_size(sizes[of], k);
      if (size > 0 && size < least) {
        smallest = of;
        least = size;
      }
    }
#pragma unroll
    for (u32 distance = warp_threads / 2; distance > 0; distance /= 2) {
      const u32 other = __shfl_xor_sync(0xffffffff, smallest, distance);
      const u32 size_of_other = __shfl_xor_sync(0xffffffff, least, distance);
      // The same in every lane, also where groups have as much of K.
      if (size_of_other < least || (size_of_other == least && other < smallest)) {
        smallest = other;
        least = size_of_other;
      }
    }
    return warp_uniform(smallest);
  }

  __device__ __forceinline__ Group first_group() const { return {0, 0, k_group_size(sizes[0], k)}; }

  // Where a group's K begins depends on all groups before it.
  __device__ __forceinline__ void go_to(u32 wanted) {
    ordinal = wanted;
    const u32 target = wanted + 1 == groups ? last : wanted + (wanted >= last ? 1 : 0);
    if (target < group.index) group = first_group();
    while (group.index < target) {
      const u32 k_begin = group.k_begin + group.k_size;
      const u32 next = group.index + 1;
      group = {next, k_begin, k_group_size(sizes[next], k - k_begin)};
    }
  }

  __device__ __forceinline__ bool next(Tile& tile) {
    const u32 group_tiles = rows * columns;
    const u32 wanted = index / group_tiles;
    if (wanted >= groups) return false;
    if (wanted != ordinal) go_to(wanted);
    const RasterPlace at = raster_place(index - wanted * group_tiles, rows, columns, raster_rows);
    tile = tile_in_cluster<BlockM, BlockN, ClusterM, ClusterN>(at, cta_rank, m);
    tile.group = group.index;
    tile.k_begin = group.k_begin;
    tile.k_size = group.k_size;
    index += step;
    return true;
  }
};

template <Grouping G, u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN>
struct WholeTilesFor {
  using type = PersistentTiles<BlockM, BlockN, ClusterM, ClusterN>;
};
template <u32 BlockM, u32 BlockN, u32 ClusterN>
struct WholeTilesFor<Grouping::contiguous, BlockM, BlockN, 1, ClusterN> {
  using type = ContiguousTiles<BlockM, BlockN, ClusterN>;
};
template <u32 BlockM, u32 BlockN>
struct WholeTilesFor<Grouping::masked, BlockM, BlockN, 1, 1> {
  using type = MaskedTiles<BlockM, BlockN>;
};
template <u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN>
struct WholeTilesFor<Grouping::k, BlockM, BlockN, ClusterM, ClusterN> {
  using type = KGroupedTiles<BlockM, BlockN, ClusterM, ClusterN>;
};

// `SplitK` CTAs share a tile, each with a part of K in multiples of `StageK`.
template <Grouping G, u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN, u32 SplitK, u32 StageK>
struct TilesFor {
  using type = SplitTiles<typename WholeTilesFor<G, BlockM, BlockN, ClusterM, ClusterN>::type, SplitK, StageK>;
};
template <Grouping G, u32 BlockM, u32 BlockN, u32 ClusterM, u32 ClusterN, u32 StageK>
struct TilesFor<G, BlockM, BlockN, ClusterM, ClusterN, 1, StageK> {
  using type = typename WholeTilesFor<G, BlockM, BlockN, ClusterM, ClusterN>::type;
};

}  // namespace dg
