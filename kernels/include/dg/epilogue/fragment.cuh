#pragma once
#include "dg/ptx/warp.cuh"

// The 64 x N fragment of D that a warpgroup holds in registers (see ptx/wgmma.cuh for who holds what).
namespace dg {

struct FragmentPosition {
  u32 warp;  // in the warpgroup
  u32 lane;

  __device__ __forceinline__ u32 row() const { return warp * 16 + lane / 4; }  // and row() + 8
  __device__ __forceinline__ u32 column() const { return lane % 4 * 2; }       // and column() + 1, in each group of 8
};

__device__ __forceinline__ FragmentPosition fragment_position() {
  return {warp_uniform(threadIdx.x / warp_threads) % 4, threadIdx.x % warp_threads};
}

}  // namespace dg
