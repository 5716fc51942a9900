#pragma once
#include "dg/layout/scale_factor.cuh"
#include "row_scales.cuh"

// silu(gate) * up, cast to FP8 with a scale for each row and 128 columns: what stands between the two projections of an
// expert. Fused, because the product in bfloat16 would cost a trip to memory and a rounding.
namespace dg_example {

constexpr u32 lane_columns = scaled_columns / warp_threads;

__device__ __forceinline__ float4 load_bfloat16x4(const dg::u16* values) {
  const uint2 pairs = *reinterpret_cast<const uint2*>(values);
  return make_float4(__uint_as_float(pairs.x << 16), __uint_as_float(pairs.x & 0xffff0000),
                     __uint_as_float(pairs.y << 16), __uint_as_float(pairs.y & 0xffff0000));
}

__device__ __forceinline__ float swiglu(float gate, float up) { return gate / (1.0f + expf(-gate)) * up; }

}  // namespace dg_example

// gate_up bfloat16 [groups * group_rows, 2 * intermediate], the gate first; counts [groups], the rows of each group that
// are used, or null for all; codes [groups * group_rows, intermediate]. intermediate is a multiple of 128.
// A block per row, a warp per 128 columns.
extern "C" __global__ void __launch_bounds__(128)
    dg_example_swiglu_cast(const dg::u16* gate_up, const int* counts, dg::u8* codes, float* scales,
                           dg::u32 group_rows, dg::u32 group_pitch, dg::u32 intermediate) {
  using namespace dg_example;
  const u32 row = blockIdx.x;
  if (counts != nullptr && static_cast<int>(row % group_rows) >= counts[row / group_rows]) return;
  const u32 scale_columns = intermediate / scaled_columns;
  const RowScales row_scales{scales, group_rows, group_pitch, scale_columns};
  const dg::u16* const gates = gate_up + static_cast<u64>(row) * 2 * intermediate;
  const u32 lane = threadIdx.x % warp_threads;

  for (u32 block = threadIdx.x / warp_threads; block < scale_columns; block += blockDim.x / warp_threads) {
    const u32 column = block * scaled_columns + lane * lane_columns;
    const float4 gate = load_bfloat16x4(gates + column);
    const float4 up = load_bfloat16x4(gates + intermediate + column);
    const float4 value = make_float4(swiglu(gate.x, up.x), swiglu(gate.y, up.y), swiglu(gate.z, up.z),
                                     swiglu(gate.w, up.w));

    float amax = dg::larger_magnitude(0.0f, value.x);
    amax = dg::larger_magnitude(amax, value.y);
    amax = dg::larger_magnitude(amax, value.z);
    amax = dg::larger_magnitude(amax, value.w);
    const dg::ScaleFactor scale = dg::scale_factor<false>(dg::reduce_max<warp_threads>(amax));
    const u32 low = dg::quantize_pair(value.x, value.y, scale.inverse, scale.inverse);
    const u32 high = dg::quantize_pair(value.z, value.w, scale.inverse, scale.inverse);
    *reinterpret_cast<u32*>(codes + static_cast<u64>(row) * intermediate + column) = low | high << 16;
    if (lane == 0) row_scales.at(row, block) = scale.value;
  }
}
