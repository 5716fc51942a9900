#pragma once
#include "dg/types.cuh"

// Warps and registers (PTX ISA 9.7.13.12 elect.sync, 9.7.20 setmaxnreg).
namespace dg {

inline constexpr u32 warp_threads = 32;
inline constexpr u32 warpgroup_threads = 128;
// Rows of what one WGMMA of a warpgroup gives.
inline constexpr u32 fragment_rows = 64;

// True in exactly one lane of a converged warp.
__device__ __forceinline__ bool elect_one() {
  u32 elected;
  asm volatile(
      "{\n"
      ".reg .pred p;\n"
      "elect.sync _|p, 0xffffffff;\n"
      "selp.u32 %0, 1, 0, p;\n"
      "}\n"
      : "=r"(elected));
  return elected != 0;
}

// Tells the compiler that the value is the same in the whole warp.
__device__ __forceinline__ u32 warp_uniform(u32 value) {
  return __shfl_sync(0xffffffff, value, 0);
}

template <u32 Registers>
__device__ __forceinline__ void release_registers() {
  asm volatile("setmaxnreg.dec.sync.aligned.u32 %0;" ::"n"(Registers));
}

template <u32 Registers>
__device__ __forceinline__ void claim_registers() {
  asm volatile("setmaxnreg.inc.sync.aligned.u32 %0;" ::"n"(Registers));
}

}  // namespace dg
