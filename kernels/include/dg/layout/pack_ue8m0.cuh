#pragma once
#include "dg/layout/k_group.cuh"
#include "dg/layout/ue8m0.cuh"

// float32 scale factors of any strides to packed UE8M0, MN-major: byte j of word p is the scale of K-block 4p + j,
// and bytes past the end are 0. With groups along K, each starts a new word.
namespace dg {

// Written by name from the TypeScript descriptor (src/layout/pack-ue8m0-kernel.ts).
struct PackUe8m0Config {
  bool round;      // up to a power of two; otherwise what is none becomes NaN
  bool k_grouped;  // one batch whose columns belong to groups
};

// A warp takes 32 neighbours along MN, and words one after the other: so many that their loads, all under way at
// once, keep device memory busy.
struct PackUe8m0Tile {
  static constexpr u32 mn = 32;
  static constexpr u32 words_of_warp = 4;
  static constexpr u32 words = 8 * words_of_warp;
  static constexpr u32 threads = mn * words / words_of_warp;
  static constexpr u32 codes_per_word = 4;
};

// Strides in elements.
struct PackUe8m0Arguments {
  const float* source;  // [batches, ceil(mn / rows_per_scale), k]
  i64 batch_stride;
  i64 mn_stride;
  i64 k_stride;
  i64 rows_per_scale;
  u32* destination;  // [batches, words] columns of aligned_mn words, one behind the other
  i64 mn;            // from here to aligned_mn the columns are padded with zeros
  i64 aligned_mn;
  i64 k;
  i64 words;
  u32 mn_tiles;
  u32 word_tiles;
  KGroups groups;  // only with k_grouped
};

struct ScaleRange {
  i64 first;
  i64 end;
};

// The scales that words are made of; by a whole warp, the same word in all 32 lanes.
template <PackUe8m0Config C>
struct WordScales {
  static constexpr i64 per_word = PackUe8m0Tile::codes_per_word;

  const PackUe8m0Arguments& arguments;
  KGroup group = {};  // that of the word before

  __device__ __forceinline__ ScaleRange of(i64 word) {
    if constexpr (!C.k_grouped) return {word * per_word, min((word + 1) * per_word, arguments.k)};
    const i64 words = (group.blocks + per_word - 1) / per_word;
    if (word < group.first_unit || word >= group.first_unit + words) group = find_k_group(arguments.groups, word);
    const i64 first = group.first_block + (word - group.first_unit) * per_word;
    return {first, min(first + per_word, group.first_block + group.blocks)};
  }
};

template <PackUe8m0Config C>
__device__ __forceinline__ void pack_ue8m0(const PackUe8m0Arguments& arguments) {
  using Tile = PackUe8m0Tile;
  const i64 mn = static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::mn + threadIdx.x % Tile::mn;
  const i64 first_word = static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.word_tiles) * Tile::words +
                         threadIdx.x / Tile::mn * Tile::words_of_warp;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.word_tiles;
  const float* const row =
      arguments.source + batch * arguments.batch_stride + mn / arguments.rows_per_scale * arguments.mn_stride;

  WordScales<C> scales{arguments};
  u32 bits[Tile::words_of_warp][Tile::codes_per_word];
  u32 counts[Tile::words_of_warp];  // of scales in each word
#pragma unroll
  for (u32 i = 0; i < Tile::words_of_warp; ++i) {
    counts[i] = 0;
    if (first_word + i >= arguments.words) continue;
    const ScaleRange range = scales.of(first_word + i);
    if (mn < arguments.mn) counts[i] = static_cast<u32>(max(range.end - range.first, 0ll));
    const float* const from = row + range.first * arguments.k_stride;
#pragma unroll
    for (u32 j = 0; j < Tile::codes_per_word; ++j) {
      bits[i][j] = j < counts[i] ? __float_as_uint(__ldg(from + j * arguments.k_stride)) : 0;
    }
  }
  if (mn >= arguments.aligned_mn) return;

  u32* const column = arguments.destination + (batch * arguments.words + first_word) * arguments.aligned_mn + mn;
#pragma unroll
  for (u32 i = 0; i < Tile::words_of_warp; ++i) {
    if (first_word + i >= arguments.words) break;
    u32 codes = 0;
#pragma unroll
    for (u32 j = 0; j < Tile::codes_per_word; ++j) {
      if (j < counts[i]) codes |= ue8m0_code<C.round>(bits[i][j]) << (8 * j);
    }
    column[i * arguments.aligned_mn] = codes;
  }
}

}  // namespace dg
