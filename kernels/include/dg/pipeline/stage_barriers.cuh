#pragma once
#include "dg/pipeline/ring_position.cuh"
#include "dg/ptx/cluster.cuh"
#include "dg/ptx/mbarrier.cuh"
#include "dg/ptx/warp.cuh"

// The two barriers of every stage: `full` counts the bytes that arrive, `empty` the consumer warps that have
// finished reading. With multicast a stage is written by every CTA of the cluster, so it is empty only when the
// consumers of every CTA have left it.
namespace dg {

template <u32 Stages, u32 ClusterSize>
struct StageBarriers {
  using Position = RingPosition<Stages>;
  static constexpr u32 bytes = 2 * Stages * mbarrier_bytes;

  u32 base;  // shared address

  __device__ __forceinline__ u32 full(u32 stage) const { return base + stage * mbarrier_bytes; }
  __device__ __forceinline__ u32 empty(u32 stage) const { return base + (Stages + stage) * mbarrier_bytes; }

  // By one thread.
  __device__ __forceinline__ void init(u32 consumer_warps) const {
#pragma unroll
    for (u32 stage = 0; stage < Stages; ++stage) mbarrier_init(full(stage), 1);
#pragma unroll
    for (u32 stage = 0; stage < Stages; ++stage) mbarrier_init(empty(stage), consumer_warps * ClusterSize);
  }

  // A fresh barrier counts as just having completed parity 1, so the first round does not wait.
  __device__ __forceinline__ void wait_empty(Position at) const { mbarrier_wait(empty(at.stage), at.parity ^ 1); }

  __device__ __forceinline__ void wait_full(Position at) const { mbarrier_wait(full(at.stage), at.parity); }

  // By every lane of a consumer warp, once it has read the stage. One lane arrives for all, after all of them.
  __device__ __forceinline__ void release(u32 stage, u32 lane) const {
    __syncwarp();
    if constexpr (ClusterSize > 1) {
      if (lane < ClusterSize) mbarrier_arrive_cluster(map_to_cta(empty(stage), lane));
    } else {
      if (lane == 0) mbarrier_arrive(empty(stage));
    }
  }
};

}  // namespace dg
