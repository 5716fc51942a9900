#pragma once
#include "dg/types.cuh"

// Runs of 16 bytes: one access where the run is whole and aligned, single bytes otherwise.
namespace dg {

inline constexpr u32 chunk_bytes = 16;
inline constexpr u32 chunk_words = chunk_bytes / 4;

struct alignas(chunk_bytes) ByteChunk {
  u32 words[chunk_words];
};

// `available` bytes may be read; the others are zero.
__device__ __forceinline__ ByteChunk load_chunk(const u8* from, i64 available, bool aligned) {
  ByteChunk chunk = {};
  if (aligned && available >= chunk_bytes) {
    const uint4 vector = __ldg(reinterpret_cast<const uint4*>(from));
    chunk = {{vector.x, vector.y, vector.z, vector.w}};
  } else if (available > 0) {
#pragma unroll
    for (u32 i = 0; i < chunk_bytes; ++i) {
      if (i < available) chunk.words[i / 4] |= static_cast<u32>(from[i]) << (8 * (i % 4));
    }
  }
  return chunk;
}

// `available` bytes may be written. `to` is aligned to 16 bytes.
__device__ __forceinline__ void store_chunk(u8* to, i64 available, const ByteChunk& chunk) {
  const u32(&words)[chunk_words] = chunk.words;
  if (available >= chunk_bytes) {
    *reinterpret_cast<uint4*>(to) = make_uint4(words[0], words[1], words[2], words[3]);
  } else {
#pragma unroll
    for (u32 i = 0; i < chunk_bytes; ++i) {
      if (i < available) to[i] = static_cast<u8>(words[i / 4] >> (8 * (i % 4)));
    }
  }
}

}  // namespace dg
