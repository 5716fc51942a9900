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

// B's scales for the N columns of a tile: one for each 128 columns and 128 of K. A tile that does not divide 128
// straddles two blocks of columns. Lane i of a warp keeps the scales of K-block 32c + i, so that a chunk of 32
// K-blocks costs one load, one chunk ahead.
template <u32 N>
struct ColumnScales {
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

  __device__ __forceinline__ ColumnScales(const float* scales, i64 stride_n, i64 stride_k, u32 n, u32 k_blocks,
                                          u32 tile_column, u32 lane)
      : stride_k(stride_k), k_blocks(k_blocks) {
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

  __device__ __forceinline__ float first(u32 k_block) const {
    return __shfl_sync(0xffffffff, first_chunk, k_block % warp_threads);
  }
  __device__ __forceinline__ float second(u32 k_block) const {
    return straddles ? __shfl_sync(0xffffffff, second_chunk, k_block % warp_threads) : 0;
  }
};

// What B's scales belong to: a block of 128 rows, or each row.
enum class ColumnScaling : u8 { per_block, per_column };

// accumulators += partial * scale, with a scale for each column in shared memory; registers as below.
template <u32 N>
__device__ __forceinline__ void promote(float (&accumulators)[N / 2], const float (&partial)[N / 2], u32 column_scales,
                                        float upper_row, float lower_row) {
#pragma unroll
  for (u32 i = 0; i < N / 2; i += 4) {
    float even, odd;
    load_shared_f32x2(column_scales + i * 2 * sizeof(float), even, odd);
    accumulators[i] += upper_row * even * partial[i];
    accumulators[i + 1] += upper_row * odd * partial[i + 1];
    accumulators[i + 2] += lower_row * even * partial[i + 2];
    accumulators[i + 3] += lower_row * odd * partial[i + 3];
  }
}

// accumulators += partial * scale, where registers 4j + 0..1 lie in the thread's upper row, 4j + 2..3 in the lower.
template <u32 N>
__device__ __forceinline__ void promote(float (&accumulators)[N / 2], const float (&partial)[N / 2],
                                        const ColumnScales<N>& scales, u32 k_block, float upper_row, float lower_row) {
  constexpr u32 segment = ColumnScales<N>::segment;
  const float first = scales.first(k_block);
  const float second = scales.second(k_block);
#pragma unroll
  for (u32 column = 0; column < N; column += segment) {
    const float scale = !ColumnScales<N>::straddles || column < scales.boundary ? first : second;
    const float upper = upper_row * scale;
    const float lower = lower_row * scale;
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
