#pragma once
#include "dg/layout/cast_config.cuh"

// One thread's run of consecutive elements: 16-byte accesses where rows are aligned and the run lies within the
// matrix, guarded single elements otherwise.
namespace dg {

__device__ __forceinline__ float bfloat16_value(u32 code) { return __uint_as_float(code << 16); }

template <CastConfig C>
__device__ __forceinline__ float load_element(const void* x, i64 index) {
  if constexpr (C.float32_input) return static_cast<const float*>(x)[index];
  return bfloat16_value(static_cast<const u16*>(x)[index]);
}

template <CastConfig C, u32 Count>
__device__ __forceinline__ void load_vectors(float (&elements)[Count], const void* x, i64 index) {
  if constexpr (C.float32_input) {
    const float4* const vectors = reinterpret_cast<const float4*>(static_cast<const float*>(x) + index);
#pragma unroll
    for (u32 i = 0; i < Count; i += 4) {
      const float4 vector = __ldg(vectors + i / 4);
      elements[i] = vector.x;
      elements[i + 1] = vector.y;
      elements[i + 2] = vector.z;
      elements[i + 3] = vector.w;
    }
  } else {
    const uint4* const vectors = reinterpret_cast<const uint4*>(static_cast<const u16*>(x) + index);
#pragma unroll
    for (u32 i = 0; i < Count; i += 8) {
      const uint4 vector = __ldg(vectors + i / 8);
      const u32 pairs[4] = {vector.x, vector.y, vector.z, vector.w};
#pragma unroll
      for (u32 pair = 0; pair < 4; ++pair) {
        elements[i + 2 * pair] = bfloat16_value(pairs[pair]);
        elements[i + 2 * pair + 1] = __uint_as_float(pairs[pair] & 0xffff0000);
      }
    }
  }
}

// Elements outside the matrix read as zero.
template <CastConfig C, u32 Count>
__device__ __forceinline__ void load_elements(float (&elements)[Count], const CastArguments& arguments, i64 row,
                                              i64 column) {
  const i64 index = row * arguments.x_pitch + column;
  if (C.aligned && row < arguments.rows && column + Count <= arguments.columns) {
    load_vectors<C>(elements, arguments.x, index);
    return;
  }
#pragma unroll
  for (u32 i = 0; i < Count; ++i) {
    const bool inside = row < arguments.rows && column + i < arguments.columns;
    elements[i] = inside ? load_element<C>(arguments.x, index + i) : 0.0f;
  }
}

// Four codes to a word, the first in the low byte.
template <CastConfig C, u32 Words>
__device__ __forceinline__ void store_codes(const u32 (&words)[Words], const CastArguments& arguments, i64 row,
                                            i64 column) {
  static_assert(Words == 2 || Words == 4);
  if (row >= arguments.rows) return;
  u8* const codes = arguments.q + row * arguments.q_pitch + column;
  if (C.aligned && column + 4 * Words <= arguments.q_columns) {
    if constexpr (Words == 4) {
      *reinterpret_cast<uint4*>(codes) = make_uint4(words[0], words[1], words[2], words[3]);
    } else {
      *reinterpret_cast<uint2*>(codes) = make_uint2(words[0], words[1]);
    }
    return;
  }
#pragma unroll
  for (u32 i = 0; i < 4 * Words; ++i) {
    if (column + i < arguments.q_columns) codes[i] = static_cast<u8>(words[i / 4] >> (8 * (i % 4)));
  }
}

}  // namespace dg
