#pragma once
#include "dg/layout/ue8m0.cuh"

// Packed UE8M0 of any strides to float32 scale factors, MN-major and TMA-aligned.
namespace dg {

// One word for each thread: a warp takes 32 neighbours along MN.
struct UnpackUe8m0Tile {
  static constexpr u32 mn = 32;
  static constexpr u32 words = 8;
  static constexpr u32 threads = mn * words;
  static constexpr u32 codes_per_word = 4;
};

// Strides in elements.
struct UnpackUe8m0Arguments {
  const u32* source;  // [batches, mn, ceil(k / 4)]
  i64 batch_stride;
  i64 mn_stride;
  i64 word_stride;
  float* destination;  // [batches, k] columns of aligned_mn scales, one behind the other
  i64 mn;              // from here to aligned_mn the columns are padded with zeros
  i64 aligned_mn;
  i64 k;
  u32 mn_tiles;
  u32 word_tiles;
};

__device__ __forceinline__ void unpack_ue8m0(const UnpackUe8m0Arguments& arguments) {
  using Tile = UnpackUe8m0Tile;
  const i64 mn = static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::mn + threadIdx.x % Tile::mn;
  const i64 word =
      static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.word_tiles) * Tile::words + threadIdx.x / Tile::mn;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.word_tiles;
  const i64 first_k = word * Tile::codes_per_word;
  if (mn >= arguments.aligned_mn || first_k >= arguments.k) return;

  const bool inside = mn < arguments.mn;
  const i64 source = batch * arguments.batch_stride + mn * arguments.mn_stride + word * arguments.word_stride;
  const u32 codes = inside ? arguments.source[source] : 0;
  float* const column = arguments.destination + (batch * arguments.k + first_k) * arguments.aligned_mn + mn;
#pragma unroll
  for (u32 j = 0; j < Tile::codes_per_word; ++j) {
    const u32 bits = inside ? ue8m0_value_bits(codes >> (8 * j) & 0xff) : 0;
    if (first_k + j < arguments.k) column[j * arguments.aligned_mn] = __uint_as_float(bits);
  }
}

}  // namespace dg
