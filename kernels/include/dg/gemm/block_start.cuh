#pragma once
#include "dg/gemm/gemm_config.cuh"

// How a block starts and ends: who makes which barriers, who waits for whom.
namespace dg {

// Whether CTAs write to each other's stages.
template <GemmConfig C>
inline constexpr bool multicasts = C.cluster_m * C.cluster_n > 1;

// The named barrier by which the math warpgroups learn that the block's barriers are made, and by which all of them meet
// later; those before it are each warpgroup's own.
template <GemmConfig C>
inline constexpr u32 start_barrier = 1 + C.math_warpgroups;
template <GemmConfig C>
inline constexpr u32 starting_threads = C.math_warpgroups * warpgroup_threads + warp_threads;

// By the producing thread, which needs nobody else to begin with its loads.
template <GemmConfig C, typename Layout>
__device__ __forceinline__ void make_barriers(u32 shared) {
  constexpr u32 math_warps = C.math_warpgroups * 4;
  typename Layout::Barriers{shared + Layout::barriers}.init(math_warps);
  typename Layout::Queue{shared + Layout::tile_queue}.init(math_warps);
  fence_mbarrier_init();
  // Its own copies use them next, with no barrier in between.
  fence_async_proxy_shared();
}

// By a thread that does not produce.
template <typename Layout>
__device__ __forceinline__ void make_reduction_barriers(u32 shared) {
  typename Layout::Reduction{shared + Layout::reduction, 0}.init();
  fence_mbarrier_init();
}

template <GemmConfig C>
__device__ __forceinline__ ClusterPlace place_in_grid() {
  if constexpr (cluster_size(C) == 1) return {0, blockIdx.x, gridDim.x};
  return {cluster_cta_rank(), blockIdx.x / cluster_size(C), gridDim.x / cluster_size(C)};
}

// No CTA leaves while a peer may still write to its shared memory or arrive on its barriers.
template <GemmConfig C>
__device__ __forceinline__ void end_block() {
  if constexpr (multicasts<C>) {
    cluster_sync();
  }
}

// CTAs that split K store into each other's memory, not before they know that its barriers are there.
template <GemmConfig C>
__device__ __forceinline__ void meet_peers() {
  if constexpr (C.split_k > 1) cluster_sync_after_init();
}

}  // namespace dg
