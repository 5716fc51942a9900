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
  bool vectors;    // mn_stride and rows_per_scale are 1, and 16 bytes divide addresses and the other strides
};

// A warp takes neighbours along MN, and words one after the other: so many that their loads, all under way at once,
// keep device memory busy.
template <PackUe8m0Config C>
struct PackUe8m0Tile {
  static constexpr u32 mn_of_lane = C.vectors ? 4 : 1;
  static constexpr u32 mn = 32 * mn_of_lane;
  static constexpr u32 words_of_warp = 4;
  static constexpr u32 warps = C.vectors ? 4 : 8;
  static constexpr u32 words = warps * words_of_warp;
  static constexpr u32 threads = 32 * warps;
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

// The scales that a word is made of.
struct WordScales {
  i64 offset;  // from the start of a row
  u32 count;
};

// By a whole warp, each lane with a word of its own.
template <PackUe8m0Config C>
__device__ __forceinline__ WordScales find_scales(const PackUe8m0Arguments& arguments, i64 word) {
  KGroup group = {0, arguments.k, 0};
  if constexpr (C.k_grouped) group = find_k_group(arguments.groups, word);
  const i64 skipped = (word - group.first_unit) * ue8m0_codes_per_word;
  const i64 count = min(group.blocks - skipped, static_cast<i64>(ue8m0_codes_per_word));
  return {(group.first_block + skipped) * arguments.k_stride, static_cast<u32>(max(count, 0ll))};
}

// Bits of the scales of one word, row by row of this lane. Absent ones are 0.
template <PackUe8m0Config C>
using WordBits = u32[PackUe8m0Tile<C>::mn_of_lane][ue8m0_codes_per_word];

// Of a lane all of whose rows exist.
template <PackUe8m0Config C>
__device__ __forceinline__ void load_vectors(WordBits<C>& bits, const float* from, i64 k_stride, u32 count) {
#pragma unroll
  for (u32 j = 0; j < ue8m0_codes_per_word; ++j, from += k_stride) {
    uint4 vector = {};
    if (j < count) vector = __ldg(reinterpret_cast<const uint4*>(from));
    bits[0][j] = vector.x;
    bits[1][j] = vector.y;
    bits[2][j] = vector.z;
    bits[3][j] = vector.w;
  }
}

template <PackUe8m0Config C>
__device__ __forceinline__ void load_rows(WordBits<C>& bits, const float* from, i64 k_stride, u32 count, u32 rows) {
#pragma unroll
  for (u32 j = 0; j < ue8m0_codes_per_word; ++j) {
#pragma unroll
    for (u32 i = 0; i < PackUe8m0Tile<C>::mn_of_lane; ++i) {
      bits[i][j] = i < rows && j < count ? __float_as_uint(__ldg(from + j * k_stride + i)) : 0;
    }
  }
}

// `rows` of this lane exist, the first of which is `row`.
template <PackUe8m0Config C, u32 Words>
__device__ __forceinline__ void load_scales(WordBits<C> (&bits)[Words], const float* row, i64 k_stride,
                                            const WordScales (&scales)[Words], u32 rows) {
  if constexpr (C.vectors) {
    if (rows == PackUe8m0Tile<C>::mn_of_lane) {
#pragma unroll
      for (u32 i = 0; i < Words; ++i) {
        load_vectors<C>(bits[i], row + scales[i].offset, k_stride, scales[i].count);
      }
      return;
    }
  }
#pragma unroll
  for (u32 i = 0; i < Words; ++i) {
    load_rows<C>(bits[i], row + scales[i].offset, k_stride, scales[i].count, rows);
  }
}

// The words of the rows of this lane, of which `rows` exist and the others are padding. `index` counts lanes, vectors
// that is: of an index in words nvcc makes single stores.
template <PackUe8m0Config C>
__device__ __forceinline__ void store_words(u32* destination, i64 index, const WordBits<C>& bits, u32 count, u32 rows) {
  constexpr u32 mn_of_lane = PackUe8m0Tile<C>::mn_of_lane;
  const u32 present_codes = static_cast<u32>((1ull << (8 * count)) - 1);
  u32 present[mn_of_lane];
#pragma unroll
  for (u32 i = 0; i < mn_of_lane; ++i) present[i] = i < rows ? present_codes : 0;
  u32 words[mn_of_lane];
  ue8m0_words<C.round>(words, bits, present);
  if constexpr (C.vectors) {
    reinterpret_cast<uint4*>(destination)[index] = make_uint4(words[0], words[1], words[2], words[3]);
  } else {
    destination[index] = words[0];
  }
}

template <PackUe8m0Config C>
__device__ __forceinline__ void pack_ue8m0(const PackUe8m0Arguments& arguments) {
  using Tile = PackUe8m0Tile<C>;
  const i64 mn =
      static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::mn + threadIdx.x % 32 * Tile::mn_of_lane;
  const i64 first_word = static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.word_tiles) * Tile::words +
                         threadIdx.x / 32 * Tile::words_of_warp;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.word_tiles;
  if (first_word >= arguments.words) return;

  // Lane i finds the scales of word i.
  const WordScales of_lane = find_scales<C>(arguments, first_word + threadIdx.x % Tile::words_of_warp);
  WordScales scales[Tile::words_of_warp];
#pragma unroll
  for (u32 i = 0; i < Tile::words_of_warp; ++i) {
    scales[i] = {__shfl_sync(0xffffffff, of_lane.offset, i), __shfl_sync(0xffffffff, of_lane.count, i)};
  }
  if (mn >= arguments.aligned_mn) return;

  const i64 scale_row = C.vectors ? mn : mn / arguments.rows_per_scale * arguments.mn_stride;
  const u32 rows = static_cast<u32>(max(min(arguments.mn - mn, static_cast<i64>(Tile::mn_of_lane)), 0ll));
  WordBits<C> bits[Tile::words_of_warp];
  load_scales<C>(bits, arguments.source + batch * arguments.batch_stride + scale_row, arguments.k_stride, scales, rows);

  const i64 pitch = arguments.aligned_mn / Tile::mn_of_lane;
  const i64 first_index = (batch * arguments.words + first_word) * pitch + mn / Tile::mn_of_lane;
#pragma unroll
  for (u32 i = 0; i < Tile::words_of_warp; ++i) {
    if (first_word + i >= arguments.words) break;
    store_words<C>(arguments.destination, first_index + i * pitch, bits[i], scales[i].count, rows);
  }
}

}  // namespace dg
