#pragma once
#include "dg/layout/ue8m0.cuh"

// Looks for scale factors that have no ue8m0 code.
namespace dg {

struct PowerOfTwoCheck {
  static constexpr u32 threads = 256;
};

// Strides in elements.
struct PowerOfTwoCheckArguments {
  const float* source;  // [batches, mn, k]
  i64 batch_stride;
  i64 mn_stride;
  i64 k_stride;
  i64 mn;
  i64 k;
  u32 count;         // batches * mn * k
  u32* first_other;  // lowered to the row-major index of the first that is no power of two
};

__device__ __forceinline__ void power_of_two_check(const PowerOfTwoCheckArguments& arguments) {
  const i64 index = static_cast<i64>(blockIdx.x) * PowerOfTwoCheck::threads + threadIdx.x;
  if (index >= arguments.count) return;
  const i64 k = index % arguments.k;
  const i64 mn = index / arguments.k % arguments.mn;
  const i64 batch = index / arguments.k / arguments.mn;
  const float scale =
      arguments.source[batch * arguments.batch_stride + mn * arguments.mn_stride + k * arguments.k_stride];
  if (!is_ue8m0_value(__float_as_uint(scale))) atomicMin(arguments.first_other, static_cast<u32>(index));
}

}  // namespace dg
