#pragma once
#include <cuda_bf16.h>

#include "row_scales.cuh"

// The weighted sum of what the experts of each token made of it, in the order of its choices, so that the same rows give
// the same bits on every run. A block per token.
// expert_rows bfloat16 [.., hidden]; rows and weights [tokens, top_k]; out bfloat16 [tokens, hidden]. hidden is a
// multiple of 8.
extern "C" __global__ void __launch_bounds__(256)
    dg_example_combine_rows(const __nv_bfloat16* expert_rows, const int* rows, const float* weights,
                            __nv_bfloat16* out, dg::u32 top_k, dg::u32 hidden) {
  using namespace dg_example;
  constexpr u32 vector_elements = sizeof(uint4) / sizeof(__nv_bfloat16);
  const u64 token = blockIdx.x;
  const u32 vectors = hidden / vector_elements;
  const uint4* const sources = reinterpret_cast<const uint4*>(expert_rows);
  uint4* const target = reinterpret_cast<uint4*>(out) + token * vectors;
  rows += token * top_k;
  weights += token * top_k;

  for (u32 i = threadIdx.x; i < vectors; i += blockDim.x) {
    float sums[vector_elements] = {};
    for (u32 choice = 0; choice < top_k; ++choice) {
      const float weight = weights[choice];
      const uint4 source = sources[static_cast<u64>(rows[choice]) * vectors + i];
      const u32 pairs[4] = {source.x, source.y, source.z, source.w};
#pragma unroll
      for (u32 pair = 0; pair < 4; ++pair) {
        sums[2 * pair] = fmaf(weight, __uint_as_float(pairs[pair] << 16), sums[2 * pair]);
        sums[2 * pair + 1] = fmaf(weight, __uint_as_float(pairs[pair] & 0xffff0000), sums[2 * pair + 1]);
      }
    }
    u32 rounded[4];
#pragma unroll
    for (u32 pair = 0; pair < 4; ++pair) {
      const __nv_bfloat162 both = __floats2bfloat162_rn(sums[2 * pair], sums[2 * pair + 1]);
      rounded[pair] = *reinterpret_cast<const u32*>(&both);
    }
    target[i] = make_uint4(rounded[0], rounded[1], rounded[2], rounded[3]);
  }
}
