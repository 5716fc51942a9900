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

// One word for each thread: a warp takes 32 neighbours along MN.
struct PackUe8m0Tile {
  static constexpr u32 mn = 32;
  static constexpr u32 words = 8;
  static constexpr u32 threads = mn * words;
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

template <PackUe8m0Config C>
__device__ __forceinline__ ScaleRange scales_of_word(const PackUe8m0Arguments& arguments, i64 word) {
  constexpr i64 per_word = PackUe8m0Tile::codes_per_word;
  if constexpr (C.k_grouped) {
    const KGroup group = find_k_group(arguments.groups, word);
    const i64 first = group.first_block + (word - group.first_unit) * per_word;
    return {first, min(first + per_word, group.first_block + group.blocks)};
  }
  return {word * per_word, min((word + 1) * per_word, arguments.k)};
}

template <PackUe8m0Config C>
__device__ __forceinline__ void pack_ue8m0(const PackUe8m0Arguments& arguments) {
  using Tile = PackUe8m0Tile;
  const i64 mn = static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::mn + threadIdx.x % Tile::mn;
  const i64 word =
      static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.word_tiles) * Tile::words + threadIdx.x / Tile::mn;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.word_tiles;

  const ScaleRange range = scales_of_word<C>(arguments, word);
  if (mn >= arguments.aligned_mn || word >= arguments.words) return;

  u32 codes = 0;
  if (mn < arguments.mn) {
    const float* const row =
        arguments.source + batch * arguments.batch_stride + mn / arguments.rows_per_scale * arguments.mn_stride;
#pragma unroll
    for (u32 j = 0; j < Tile::codes_per_word; ++j) {
      const i64 k = range.first + j;
      if (k < range.end) codes |= ue8m0_code<C.round>(__float_as_uint(row[k * arguments.k_stride])) << (8 * j);
    }
  }
  arguments.destination[(batch * arguments.words + word) * arguments.aligned_mn + mn] = codes;
}

}  // namespace dg
