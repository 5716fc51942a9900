#pragma once
#include "dg/layout/ue8m0.cuh"

// Packed UE8M0 of any strides to float32 scale factors, MN-major and TMA-aligned.
namespace dg {

// A warp takes 32 neighbours along MN, and words one after the other, which it reads before it writes.
struct UnpackUe8m0Tile {
  static constexpr u32 mn = 32;
  static constexpr u32 words_of_warp = 4;
  static constexpr u32 words = 8 * words_of_warp;
  static constexpr u32 threads = mn * words / words_of_warp;
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
  const i64 first_word = static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.word_tiles) * Tile::words +
                         threadIdx.x / Tile::mn * Tile::words_of_warp;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.word_tiles;
  if (mn >= arguments.aligned_mn) return;

  const bool inside = mn < arguments.mn;
  const u32* const source = arguments.source + batch * arguments.batch_stride + mn * arguments.mn_stride;
  u32 codes[Tile::words_of_warp];
#pragma unroll
  for (u32 i = 0; i < Tile::words_of_warp; ++i) {
    const bool exists = inside && (first_word + i) * Tile::codes_per_word < arguments.k;
    codes[i] = exists ? __ldg(source + (first_word + i) * arguments.word_stride) : 0;
  }
  const i64 first_k = first_word * Tile::codes_per_word;
  float* const column = arguments.destination + (batch * arguments.k + first_k) * arguments.aligned_mn + mn;
#pragma unroll
  for (u32 j = 0; j < Tile::words_of_warp * Tile::codes_per_word; ++j) {
    if (first_k + j >= arguments.k) break;
    const u32 code = codes[j / Tile::codes_per_word] >> (8 * (j % Tile::codes_per_word)) & 0xff;
    column[j * arguments.aligned_mn] = __uint_as_float(inside ? ue8m0_value_bits(code) : 0);
  }
}

}  // namespace dg
