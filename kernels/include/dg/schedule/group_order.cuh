#pragma once
#include "dg/ptx/warp.cuh"
#include "dg/types.cuh"

// The groups of a masked product in the order in which they are worked on: those with the most rows first, so that CTAs side
// by side have tiles of about the same length, and the shortest of all fill what is left at the end.
namespace dg {

struct MaskedGroup {
  u32 index;
  u32 rows;
};

// In shared memory, as few bytes as can be: some configurations have no more than 240 to spare.
struct GroupOrder {
  // More groups than a warp has lanes are worked on as they come: with so many tiles, order matters less.
  static constexpr u32 most_groups = warp_threads;

  u32 rows[most_groups];
  u8 indices[most_groups];

  // By a whole warp, each lane with the rows of the group of its number, fewer than 2^31.
  __device__ __forceinline__ void sort(u32 rows_of_lane, u32 groups) {
    const u32 lane = threadIdx.x % warp_threads;
    u32 place = 0;
    for (u32 other = 0; other < groups; ++other) {
      // Of groups with as many rows, those of lower numbers come first.
      const u32 rows_of_other = __shfl_sync(0xffffffff, rows_of_lane, other);
      place += rows_of_other + (other < lane) > rows_of_lane ? 1 : 0;
    }
    if (lane < groups) {
      rows[place] = rows_of_lane;
      indices[place] = static_cast<u8>(lane);
    }
    __syncwarp();
  }

  __device__ __forceinline__ MaskedGroup operator[](u32 place) const { return {indices[place], rows[place]}; }
};

}  // namespace dg
