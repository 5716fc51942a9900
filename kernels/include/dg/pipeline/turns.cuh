#pragma once
#include "dg/ptx/named_barrier.cuh"
#include "dg/ptx/warp.cuh"

// Math warpgroups that take turns at the tensor cores. Left alone, all of them hand over their work at the same time, it is
// done alternately, and then all of them promote while the tensor cores wait.
namespace dg {

template <u32 Warpgroups>
struct Turns {
  // 0 is __syncthreads, then each warpgroup has one for its stores.
  static constexpr u32 first_barrier = 1 + Warpgroups;
  static_assert(Warpgroups == 1 || first_barrier + Warpgroups <= 16);

  u32 warpgroup;

  // As many turns are passed on as are taken: the last warpgroup gives the first one its first turn, and the first one takes
  // what the last one passes on at the end.
  __device__ __forceinline__ void begin() const {
    if (warpgroup == Warpgroups - 1) pass();
  }
  __device__ __forceinline__ void end() const {
    if (warpgroup == 0) wait();
  }

  __device__ __forceinline__ void wait() const {
    named_barrier_sync(first_barrier + warpgroup, 2 * warpgroup_threads);
  }
  __device__ __forceinline__ void pass() const {
    named_barrier_arrive(first_barrier + (warpgroup == Warpgroups - 1 ? 0 : warpgroup + 1), 2 * warpgroup_threads);
  }
};

}  // namespace dg
