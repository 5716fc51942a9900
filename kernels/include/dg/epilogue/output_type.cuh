#pragma once
#include "dg/ptx/convert.cuh"

namespace dg {

enum class OutputType : u8 { bfloat16, float32 };

struct Bfloat16 {
  u16 bits;
};

template <OutputType Type>
struct OutputElement;
template <>
struct OutputElement<OutputType::bfloat16> {
  using type = Bfloat16;
};
template <>
struct OutputElement<OutputType::float32> {
  using type = float;
};
template <OutputType Type>
using output_element = typename OutputElement<Type>::type;

// How the tile leaves the registers: TMA needs rows that start at multiples of 16 bytes and are so long.
enum class StorePath : u8 { tma, guarded };

__device__ __forceinline__ float to_float(float value) { return value; }
__device__ __forceinline__ float to_float(Bfloat16 value) { return __uint_as_float(u32{value.bits} << 16); }

template <typename T>
__device__ __forceinline__ T from_float(float value);
template <>
__device__ __forceinline__ float from_float<float>(float value) {
  return value;
}
template <>
__device__ __forceinline__ Bfloat16 from_float<Bfloat16>(float value) {
  return {to_bfloat16(value)};
}

}  // namespace dg
