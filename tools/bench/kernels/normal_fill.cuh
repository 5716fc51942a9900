#pragma once

#include <cuda_bf16.h>

namespace dg_bench {

// The output permutation of PCG (RXS-M-XS, O'Neill 2014) on a 32-bit counter.
__device__ __forceinline__ unsigned hash(unsigned value) {
  const unsigned state = value * 747796405u + 2891336453u;
  const unsigned word = ((state >> ((state >> 28u) + 4u)) ^ state) * 277803737u;
  return (word >> 22u) ^ word;
}

// In (0, 1]: the logarithm below takes no zero.
__device__ __forceinline__ float unit_interval(unsigned bits) {
  return static_cast<float>((bits >> 8) + 1u) * 0x1p-24f;
}

/** Standard normal numbers by Box and Muller, two for each counter. */
__device__ __forceinline__ __nv_bfloat162 normal_pair(unsigned counter, unsigned seed) {
  const unsigned first = hash(hash(counter) + seed * 0x9e3779b9u);
  const float radius = sqrtf(-2.0f * __logf(unit_interval(first)));
  float sine, cosine;
  __sincosf(6.2831853f * unit_interval(hash(first + 0x9e3779b9u)), &sine, &cosine);
  return __floats2bfloat162_rn(radius * cosine, radius * sine);
}

/** One thread per pair; `pairs` is below 2^32, so that no counter comes twice. */
__device__ __forceinline__ void normal_fill(__nv_bfloat162* out, unsigned pairs, unsigned seed) {
  const unsigned pair = blockIdx.x * blockDim.x + threadIdx.x;
  if (pair < pairs) out[pair] = normal_pair(pair, seed);
}

}  // namespace dg_bench
