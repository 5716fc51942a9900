#pragma once
#include "dg/layout/ue8m0.cuh"
// Devices before SM89 convert in software.
#if __CUDA_ARCH__ >= 890
#include "dg/ptx/convert.cuh"
#else
#include <cuda_fp8.h>
#endif

// From a group's largest magnitude to its scale, and from elements to codes. Every step is rounded by name, so
// that no compiler flag changes a bit of the result.
namespace dg {

inline constexpr float e4m3_max = 448.0f;
inline constexpr float amax_floor = 1e-4f;

inline constexpr u32 warp_lanes = 32;

struct ScaleFactor {
  float value;
  float inverse;
};

template <bool Ue8m0>
__device__ __forceinline__ ScaleFactor scale_factor(float amax) {
  float value = __fdiv_rn(fmaxf(amax, amax_floor), e4m3_max);
  if constexpr (Ue8m0) value = __uint_as_float(rounded_up_exponent(__float_as_uint(value)) << 23);
  return {value, __frcp_rn(value)};
}

// fmaxf passes over a NaN, so NaN elements do not enter the amax.
__device__ __forceinline__ float larger_magnitude(float amax, float element) { return fmaxf(amax, fabsf(element)); }

// The largest of aligned runs of `Lanes` lanes, in each of them. All 32 lanes must take part.
template <u32 Lanes>
__device__ __forceinline__ float reduce_max(float value) {
#pragma unroll
  for (u32 step = Lanes / 2; step > 0; step /= 2) value = fmaxf(value, __shfl_xor_sync(0xffffffff, value, step));
  return value;
}

// Two elements to two codes, the first in the low byte. Saturates; NaN becomes 0x7f.
__device__ __forceinline__ u32 quantize_pair(float first, float second, float first_inverse, float second_inverse) {
  const float low = __fmul_rn(first, first_inverse);
  const float high = __fmul_rn(second, second_inverse);
#if __CUDA_ARCH__ >= 890
  return to_e4m3_pair(low, high);
#else
  return __nv_cvt_float2_to_fp8x2(make_float2(low, high), __NV_SATFINITE, __NV_E4M3);
#endif
}

}  // namespace dg
