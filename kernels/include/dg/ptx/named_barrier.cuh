#pragma once
#include "dg/types.cuh"

// Named CTA barriers 1 to 15 (PTX ISA 9.7.13.1); 0 belongs to __syncthreads.
namespace dg {

__device__ __forceinline__ void named_barrier_sync(u32 barrier, u32 threads) {
  asm volatile("barrier.cta.sync.aligned %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

// By whole warps that do not wait for the others. What they did before is visible to who synchronises.
__device__ __forceinline__ void named_barrier_arrive(u32 barrier, u32 threads) {
  asm volatile("barrier.cta.arrive.aligned %0, %1;" ::"r"(barrier), "r"(threads) : "memory");
}

}  // namespace dg
