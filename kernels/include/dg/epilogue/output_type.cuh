#pragma once
#include <cuda_bf16.h>

#include "dg/types.cuh"

namespace dg {

enum class OutputType : u8 { bfloat16, float32 };

template <OutputType Type>
struct OutputElement;
template <>
struct OutputElement<OutputType::bfloat16> {
  using type = __nv_bfloat16;
};
template <>
struct OutputElement<OutputType::float32> {
  using type = float;
};
template <OutputType Type>
using output_element = typename OutputElement<Type>::type;

// How the tile leaves the registers: TMA needs rows that start at multiples of 16 bytes and are so long.
enum class StorePath : u8 { tma, guarded };

__device__ __forceinline__ u32 pack_bfloat16(float low, float high) {
  const __nv_bfloat162 pair = __floats2bfloat162_rn(low, high);
  return *reinterpret_cast<const u32*>(&pair);
}

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(__nv_bfloat16 value) { return __bfloat162float(value); }

template <typename T>
__device__ __forceinline__ T from_float(float value);
template <>
__device__ __forceinline__ float from_float<float>(float value) {
  return value;
}
template <>
__device__ __forceinline__ __nv_bfloat16 from_float<__nv_bfloat16>(float value) {
  return __float2bfloat16_rn(value);
}

}  // namespace dg
