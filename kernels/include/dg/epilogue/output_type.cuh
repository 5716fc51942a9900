#pragma once
#include "dg/ptx/global_memory.cuh"

namespace dg {

enum class OutputType : u8 { bfloat16, float32 };

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

}  // namespace dg
