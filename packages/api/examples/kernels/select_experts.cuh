#pragma once
#include "row_scales.cuh"

// Picks the experts of each token and their weights: the top_k largest logits, and the softmax over them. One warp per
// token. Of equal logits the expert with the lower number comes first, so that the choice depends on nothing else.
namespace dg_example {

// Sorts like the logit, and among equal logits like the expert's number backwards. Never all ones, which stands for
// "nothing chosen yet".
__device__ __forceinline__ u64 sort_key(float logit, u32 expert) {
  const u32 bits = __float_as_uint(logit);
  const u32 ordered = bits & 0x80000000 ? ~bits : bits | 0x80000000;
  return static_cast<u64>(ordered) << 32 | (0x7fffffff - expert);
}

__device__ __forceinline__ u32 expert_of_key(u64 key) { return 0x7fffffff - static_cast<u32>(key); }

__device__ __forceinline__ u64 largest_of_warp(u64 key) {
#pragma unroll
  for (u32 step = warp_threads / 2; step > 0; step /= 2) key = max(key, __shfl_xor_sync(all_lanes, key, step));
  return key;
}

__device__ __forceinline__ float sum_of_warp(float value) {
#pragma unroll
  for (u32 step = warp_threads / 2; step > 0; step /= 2) value += __shfl_xor_sync(all_lanes, value, step);
  return value;
}

}  // namespace dg_example

// logits [tokens, experts]; chosen and weights [tokens, top_k], best first. top_k is at most 32 and at most experts.
extern "C" __global__ void __launch_bounds__(128)
    dg_example_select_experts(const float* logits, int* chosen, float* weights, dg::u32 tokens, dg::u32 experts,
                              dg::u32 top_k) {
  using namespace dg_example;
  const u32 token = blockIdx.x * (blockDim.x / warp_threads) + threadIdx.x / warp_threads;
  const u32 lane = threadIdx.x % warp_threads;
  if (token >= tokens) return;
  logits += static_cast<u64>(token) * experts;

  // Lane j keeps the choice in place j. Keys are all different, so the next one is the largest below the last.
  u64 last = ~0ull;
  u64 mine = 0;
  for (u32 place = 0; place < top_k; ++place) {
    u64 best = 0;
    for (u32 expert = lane; expert < experts; expert += warp_threads) {
      const u64 key = sort_key(logits[expert], expert);
      if (key < last && key > best) best = key;
    }
    last = largest_of_warp(best);
    if (lane == place) mine = last;
  }

  const bool has_choice = lane < top_k;
  const float logit = has_choice ? logits[expert_of_key(mine)] : 0.0f;
  const float largest = __shfl_sync(all_lanes, logit, 0);
  const float share = has_choice ? expf(logit - largest) : 0.0f;
  const float sum = sum_of_warp(share);
  if (!has_choice) return;
  const u64 index = static_cast<u64>(token) * top_k + lane;
  chosen[index] = static_cast<int>(expert_of_key(mine));
  weights[index] = share / sum;
}
