#pragma once
#include "dg/ptx/shared_memory.cuh"
#include "dg/ptx/warp.cuh"

// FP8 partial sums to float32. Hopper's FP8 accumulator keeps fewer bits than float32, so the sum over each 128 of K
// leaves the tensor core, is scaled, and is added to a float32 accumulator.
namespace dg {

inline constexpr u32 scale_block = 128;

__host__ __device__ constexpr u32 greatest_common_divisor(u32 a, u32 b) {
  return b == 0 ? a : greatest_common_divisor(b, a % b);
}

// Of one block of 128 of K: for the columns of a tile that belong to its first block of 128, and to its second.
struct BlockScalePair {
  float first, second;
};

// B's scales for the N columns of a tile: one for each 128 columns and 128 of K. A tile that does not divide 128
// straddles two blocks of columns. Lane i of a warp keeps the scales of K-block 32c + i, so that a chunk of 32
// K-blocks costs one load, one chunk ahead.
template <u32 N>
struct BlockScales {
  static constexpr bool straddles = scale_block % N != 0;
  // Columns between which the block of 128 can change.
  static constexpr u32 segment = straddles ? greatest_common_divisor(N, scale_block) : N;
  static_assert(N <= scale_block + segment, "a tile must not touch three blocks of columns");

  const float* first_block;
  const float* second_block;
  i64 stride_k;
  u32 k_blocks;
  u32 boundary;  // the first column of the tile that belongs to the second block
  float first_chunk, second_chunk;
  float next_first_chunk, next_second_chunk;

  __device__ __forceinline__ void start_tile(const float* scales, i64 stride_n, i64 scales_stride_k, u32 n,
                                             u32 tile_k_blocks, u32 tile_column, u32 lane) {
    stride_k = scales_stride_k;
    k_blocks = tile_k_blocks;
    const u32 last = ceil_div(n, scale_block) - 1;
    const u32 block = tile_column / scale_block;
    // A tile outside D, or one whose end lies outside, reads the last block's scales; its columns are not stored.
    first_block = scales + min(block, last) * stride_n;
    second_block = scales + min(block + 1, last) * stride_n;
    boundary = scale_block - tile_column % scale_block;
    load_next(0, lane);
  }

  __device__ __forceinline__ void load_next(u32 chunk, u32 lane) {
    const u32 k_block = chunk * warp_threads + lane;
    const bool exists = k_block < k_blocks;
    next_first_chunk = exists ? first_block[k_block * stride_k] : 0;
    if constexpr (straddles) next_second_chunk = exists ? second_block[k_block * stride_k] : 0;
  }

  __device__ __forceinline__ void start_chunk(u32 chunk, u32 lane) {
    first_chunk = next_first_chunk;
    second_chunk = next_second_chunk;
    load_next(chunk + 1, lane);
  }

  // The scales of a K-block of the current chunk.
  __device__ __forceinline__ BlockScalePair of(u32 k_block) const {
    const u32 lane = k_block % warp_threads;
    const float first = __shfl_sync(0xffffffff, first_chunk, lane);
    return {first, straddles ? __shfl_sync(0xffffffff, second_chunk, lane) : first};
  }

  // Whether a column of the tile belongs to the first block of columns. Tiles, and so the boundary, lie at multiples of a
  // segment: the first one always does, and what lies a whole block further on never.
  __device__ __forceinline__ bool is_first(u32 column) const {
    if (!straddles || column < segment) return true;
    return column < scale_block && column < boundary;
  }
};

// What B's scales belong to: a block of 128 rows, or each row.
enum class ColumnScaling : u8 { per_block, per_column };

// Scales of the two rows of a fragment that a thread holds.
struct RowScales {
  float upper, lower;
};

// accumulators += partial * scale, with a scale for each column in shared memory; registers as below.
template <u32 N>
__device__ __forceinline__ void promote(float (&accumulators)[N / 2], const float (&partial)[N / 2], u32 column_scales,
                                        RowScales rows) {
#pragma unroll
  for (u32 i = 0; i < N / 2; i += 4) {
    float even, odd;
    load_shared_f32x2(column_scales + i * 2 * sizeof(float), even, odd);
    accumulators[i] += rows.upper * even * partial[i];
    accumulators[i + 1] += rows.upper * odd * partial[i + 1];
    accumulators[i + 2] += rows.lower * even * partial[i + 2];
    accumulators[i + 3] += rows.lower * odd * partial[i + 3];
  }
}

// accumulators += partial * scale, where registers 4j + 0..1 lie in the thread's upper row, 4j + 2..3 in the lower. The
// fragment starts at `first_column` of the tile that `scales` are for.
template <u32 N, u32 TileN>
__device__ __forceinline__ void promote(float (&accumulators)[N / 2], const float (&partial)[N / 2],
                                        const BlockScales<TileN>& scales, BlockScalePair pair, u32 first_column,
                                        RowScales rows) {
  constexpr u32 segment = greatest_common_divisor(N, BlockScales<TileN>::segment);
#pragma unroll
  for (u32 column = 0; column < N; column += segment) {
    const float scale = scales.is_first(first_column + column) ? pair.first : pair.second;
    const float upper = rows.upper * scale;
    const float lower = rows.lower * scale;
#pragma unroll
    for (u32 i = column / 2; i < (column + segment) / 2; i += 4) {
      accumulators[i] += upper * partial[i];
      accumulators[i + 1] += upper * partial[i + 1];
      accumulators[i + 2] += lower * partial[i + 2];
      accumulators[i + 3] += lower * partial[i + 3];
    }
  }
}

}  // namespace dg
