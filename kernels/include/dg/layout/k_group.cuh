#pragma once
#include "dg/types.cuh"

// Where the groups of a K-grouped operand lie. Their sizes are on the device and are taken with caution: whatever
// they hold, no group reaches past the whole.
namespace dg {

// Groups are laid end to end in blocks of K. In units of `blocks_per_unit` blocks each group starts a new unit.
struct KGroups {
  const i32* ks;
  u32 count;
  u32 k_per_block;  // at least 16, so that the blocks of 32 groups are counted in 32 bits
  u32 blocks_per_unit;
  i64 total_blocks;
};

struct KGroup {
  i64 first_block;
  i64 blocks;  // 0 when no group was found
  i64 first_unit;
};

// The sum over this lane and those before it.
__device__ __forceinline__ u32 warp_inclusive_sum(u32 value, u32 lane) {
#pragma unroll
  for (u32 step = 1; step < 32; step *= 2) {
    const u32 below = __shfl_up_sync(0xffffffff, value, step);
    if (lane >= step) value += below;
  }
  return value;
}

// Lanes whose ascending `ends` are no greater than `value`, at most 31; each lane with a value of its own.
__device__ __forceinline__ u32 warp_count_up_to(u32 value, u32 ends) {
  u32 count = 0;
#pragma unroll
  for (u32 step = 16; step > 0; step /= 2) {
    if (__shfl_sync(0xffffffff, ends, count + step - 1) <= value) count += step;
  }
  return count;
}

// The group that unit `unit` belongs to, found by a whole warp; each lane may ask for another unit.
__device__ __forceinline__ KGroup find_k_group(const KGroups& groups, i64 unit) {
  const u32 lane = threadIdx.x % 32;
  KGroup found = {0, 0, 0};
  i64 blocks_before = 0;
  i64 units_before = 0;
  for (u32 first = 0; first < groups.count; first += 32) {
    const u32 k = first + lane < groups.count ? max(groups.ks[first + lane], 0) : 0;
    const u32 blocks = k / groups.k_per_block;
    const u32 units = ceil_div(blocks, groups.blocks_per_unit);
    const u32 blocks_end = warp_inclusive_sum(blocks, lane);
    const u32 units_end = warp_inclusive_sum(units, lane);

    const u32 owner = warp_count_up_to(static_cast<u32>(unit - units_before), units_end);
    const i64 first_block = blocks_before + __shfl_sync(0xffffffff, blocks_end - blocks, owner);
    const i64 last_block = min(first_block + __shfl_sync(0xffffffff, blocks, owner), groups.total_blocks);
    const i64 first_unit = units_before + __shfl_sync(0xffffffff, units_end - units, owner);
    const i64 next_units = units_before + __shfl_sync(0xffffffff, units_end, 31);
    if (unit >= units_before && unit < next_units) {
      found = {first_block, max(last_block - first_block, 0ll), first_unit};
    }
    if (__all_sync(0xffffffff, unit < next_units)) break;
    blocks_before += __shfl_sync(0xffffffff, blocks_end, 31);
    units_before = next_units;
  }
  return found;
}

}  // namespace dg
