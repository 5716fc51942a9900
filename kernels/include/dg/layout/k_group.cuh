#pragma once
#include "dg/types.cuh"

// Where the groups of a K-grouped operand lie. Their sizes are on the device and are taken with caution: whatever
// they hold, no group reaches past the whole.
namespace dg {

// Groups are laid end to end in blocks of K. In units of `blocks_per_unit` blocks each group starts a new unit.
struct KGroups {
  const i32* ks;
  u32 count;
  u32 k_per_block;
  u32 blocks_per_unit;
  i64 total_blocks;
};

struct KGroup {
  i64 first_block;
  i64 blocks;  // 0 when no group was found
  i64 first_unit;
};

// The sum over this lane and those before it.
__device__ __forceinline__ i64 warp_inclusive_sum(i64 value, u32 lane) {
#pragma unroll
  for (u32 step = 1; step < 32; step *= 2) {
    const i64 below = __shfl_up_sync(0xffffffff, value, step);
    if (lane >= step) value += below;
  }
  return value;
}

// The group that unit `unit` belongs to, found by a whole warp: the same `unit` in all 32 lanes.
__device__ __forceinline__ KGroup find_k_group(const KGroups& groups, i64 unit) {
  const u32 lane = threadIdx.x % 32;
  i64 blocks_before = 0;
  i64 units_before = 0;
  for (u32 first = 0; first < groups.count; first += 32) {
    const u32 k = first + lane < groups.count ? max(groups.ks[first + lane], 0) : 0;
    const u32 blocks = k / groups.k_per_block;
    const u32 units = ceil_div(blocks, groups.blocks_per_unit);
    const i64 blocks_end = blocks_before + warp_inclusive_sum(blocks, lane);
    const i64 units_end = units_before + warp_inclusive_sum(units, lane);

    const u32 beyond = __ballot_sync(0xffffffff, unit < units_end);
    if (beyond != 0) {
      const u32 owner = __ffs(beyond) - 1;
      const i64 first_block = __shfl_sync(0xffffffff, blocks_end - blocks, owner);
      const i64 last_block = min(__shfl_sync(0xffffffff, blocks_end, owner), groups.total_blocks);
      return {first_block, max(last_block - first_block, 0ll), __shfl_sync(0xffffffff, units_end - units, owner)};
    }
    blocks_before = __shfl_sync(0xffffffff, blocks_end, 31);
    units_before = __shfl_sync(0xffffffff, units_end, 31);
  }
  return {0, 0, 0};
}

}  // namespace dg
