#pragma once
#include "dg/types.cuh"

// Conversions of floats to narrower types (PTX ISA 9.7.9.21 cvt). The toolkit's headers have them too, and take longer to
// compile than a small kernel.
namespace dg {

// Rounds to nearest even; `low` in the low half.
__device__ __forceinline__ u32 to_bfloat16_pair(float low, float high) {
  u32 pair;
  asm("cvt.rn.bf16x2.f32 %0, %1, %2;" : "=r"(pair) : "f"(high), "f"(low));
  return pair;
}

#if __CUDA_ARCH__ >= 890
// Two codes, that of `low` in the low byte. Rounds to nearest even and saturates; NaN becomes 0x7f.
__device__ __forceinline__ u32 to_e4m3_pair(float low, float high) {
  u16 codes;
  asm("cvt.rn.satfinite.e4m3x2.f32 %0, %1, %2;" : "=h"(codes) : "f"(high), "f"(low));
  return codes;
}
#endif

}  // namespace dg
