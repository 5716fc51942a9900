#pragma once
#include "dg/types.cuh"

// The swizzle of tensor maps and matrix descriptors (PTX ISA 5.5.7), on the 16-byte chunks of a row.
namespace dg {

inline constexpr u32 swizzle_chunk_bytes = 16;

// Byte offset of a 16-byte chunk in a tile of rows that are one swizzle span (128, 64 or 32 bytes) wide.
// The tile starts at a multiple of eight spans.
template <u32 SpanBytes>
__device__ __forceinline__ u32 swizzled_offset(u32 row, u32 chunk) {
  static_assert(SpanBytes == 128 || SpanBytes == 64 || SpanBytes == 32);
  constexpr u32 chunks = SpanBytes / swizzle_chunk_bytes;
  // Address bits [9:7] select the permutation; a narrower span puts several rows into 128 bytes.
  const u32 pattern = row / (128 / SpanBytes) % chunks;
  return row * SpanBytes + (chunk ^ pattern) * swizzle_chunk_bytes;
}

}  // namespace dg
