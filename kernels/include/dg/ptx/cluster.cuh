#pragma once
#include "dg/types.cuh"

// Thread block clusters (PTX ISA 9.7.13.3 barrier.cluster, 9.7.9 mapa).
namespace dg {

__device__ __forceinline__ u32 cluster_cta_rank() {
  u32 rank;
  asm volatile("mov.u32 %0, %%cluster_ctarank;" : "=r"(rank));
  return rank;
}

// By all warps of the cluster. Lanes that parted on the way are brought together first: a warp that arrived in parts would
// be counted more than once. Arrival and wait are not used apart: racecheck of compute-sanitizer 2025.3 hangs where other
// work lies between them.
__device__ __forceinline__ void cluster_sync() {
  __syncwarp();
  asm volatile("barrier.cluster.arrive.release.aligned;" ::: "memory");
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

// As cluster_sync, where all that others must see are barriers just made, and a fence has made these visible (mbarrier.cuh).
__device__ __forceinline__ void cluster_sync_after_init() {
  __syncwarp();
  asm volatile("barrier.cluster.arrive.relaxed.aligned;" ::: "memory");
  asm volatile("barrier.cluster.wait.acquire.aligned;" ::: "memory");
}

// The same shared-memory offset in another CTA of the cluster.
__device__ __forceinline__ u32 map_to_cta(u32 address, u32 cta_rank) {
  u32 mapped;
  asm volatile("mapa.shared::cluster.u32 %0, %1, %2;" : "=r"(mapped) : "r"(address), "r"(cta_rank));
  return mapped;
}

// Stores into the shared memory of another CTA, whose barrier counts the bytes as they arrive (PTX ISA 9.7.9.12
// st.async). Both addresses are from map_to_cta.
__device__ __forceinline__ void store_async_f32x4(u32 address, float4 value, u32 barrier) {
  asm volatile("st.async.weak.shared::cluster.mbarrier::complete_tx::bytes.v4.f32 [%0], {%1, %2, %3, %4}, [%5];" ::"r"(
                   address),
               "f"(value.x), "f"(value.y), "f"(value.z), "f"(value.w), "r"(barrier)
               : "memory");
}

}  // namespace dg
