#pragma once
#include "dg/types.cuh"

namespace dg {

inline constexpr u32 k_group_block = 128;

// K of a group for which `ks` holds `size`, of which `left` is left. What `ks` holds is not trusted: a group has whole blocks
// of K, so that copies start where they may, and none reaches past the whole.
__device__ __forceinline__ u32 k_group_size(i32 size, u32 left) {
  return min(static_cast<u32>(max(size, 0)) / k_group_block * k_group_block, left);
}

}  // namespace dg
