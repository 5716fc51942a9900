#pragma once
#include "dg/ptx/warp.cuh"
#include "dg/types.cuh"

// The groups of a masked product in the order in which they are worked on: those with the most rows first, so that CTAs side
// by side have tiles of about the same length, and the shortest of all fill what is left at the end.
namespace dg {

struct MaskedGroup {
  u32 group;
  u32 rows;
};

struct GroupOrder {
  // More groups than a warp has lanes are worked on as they come: with so many tiles, order matters less.
  static constexpr u32 most_groups = warp_threads;
  static constexpr u32 bytes = most_groups * sizeof(MaskedGroup);

  MaskedGroup* sorted;  // in shared memory

  // By a whole warp, each lane with the rows of the group of its number.
  __device__ __forceinline__ void sort(u32 rows, u32 groups) const {
    const u32 lane = threadIdx.x % warp_threads;
    u32 place = 0;
    for (u32 other = 0; other < groups; ++other) {
      const u32 other_rows = __shfl_sync(0xffffffff, rows, other);
      place += other_rows > rows || (other_rows == rows && other < lane);
    }
    if (lane < groups) sorted[place] = {lane, rows};
    __syncwarp();
  }
};

}  // namespace dg
