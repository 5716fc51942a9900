#pragma once
#include "dg/layout/cast_config.cuh"

// One thread's run of consecutive elements: 16-byte accesses where rows are aligned and the run lies within the
// matrix, guarded single elements otherwise.
namespace dg {

__device__ __forceinline__ float bfloat16_value(u32 code) { return __uint_as_float(code << 16); }

// The elements as they lie in memory: bfloat16 takes half the registers of its values.
template <CastConfig C, u32 Count>
struct ElementRun {
  static constexpr u32 per_word = C.float32_input ? 1 : 2;
  static constexpr u32 count = Count / per_word;
  static_assert(count % 4 == 0, "whole vectors of 16 bytes");

  u32 words[count];

  __device__ __forceinline__ float operator[](u32 i) const {
    if constexpr (C.float32_input) return __uint_as_float(words[i]);
    return i % 2 == 0 ? bfloat16_value(words[i / 2]) : __uint_as_float(words[i / 2] & 0xffff0000);
  }
};

template <CastConfig C, u32 Count>
__device__ __forceinline__ void load_vectors(ElementRun<C, Count>& run, const void* x, i64 index) {
  constexpr u32 element_bytes = C.float32_input ? 4 : 2;
  const uint4* const vectors = reinterpret_cast<const uint4*>(static_cast<const u8*>(x) + index * element_bytes);
#pragma unroll
  for (u32 i = 0; i < ElementRun<C, Count>::count; i += 4) {
    const uint4 vector = __ldg(vectors + i / 4);
    run.words[i] = vector.x;
    run.words[i + 1] = vector.y;
    run.words[i + 2] = vector.z;
    run.words[i + 3] = vector.w;
  }
}

// Elements outside the matrix read as zero.
template <CastConfig C, u32 Count>
__device__ __forceinline__ void load_elements(ElementRun<C, Count>& run, const CastArguments& arguments, i64 row,
                                              i64 column) {
  const i64 index = row * arguments.x_pitch + column;
  if (C.aligned && row < arguments.rows && column + Count <= arguments.columns) {
    load_vectors(run, arguments.x, index);
    return;
  }
  run = {};
#pragma unroll
  for (u32 i = 0; i < Count; ++i) {
    if (row >= arguments.rows || column + i >= arguments.columns) continue;
    if constexpr (C.float32_input) {
      run.words[i] = static_cast<const u32*>(arguments.x)[index + i];
    } else {
      run.words[i / 2] |= static_cast<u32>(static_cast<const u16*>(arguments.x)[index + i]) << (16 * (i % 2));
    }
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
