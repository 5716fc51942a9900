#pragma once
#include "dg/types.cuh"

// Scale factors from any strides to the MN-major TMA-aligned layout: [batches, mn, k] with strides
// (aligned_mn * k, 1, aligned_mn), zeros in the rows from mn to aligned_mn.
namespace dg {

// Each thread has 16 loads on their way: single words, which is all that strides of any kind allow.
struct MnMajorCopyTile {
  static constexpr u32 mn = 128;
  static constexpr u32 k = 32;
  static constexpr u32 passes = 16;
  static constexpr u32 threads = mn * k / passes;
};

// Strides in elements.
struct MnMajorCopyArguments {
  const float* source;
  i64 batch_stride;
  i64 mn_stride;
  i64 k_stride;
  float* destination;
  i64 mn;
  i64 aligned_mn;
  i64 k;
  u32 mn_tiles;
  u32 k_tiles;
};

__device__ __forceinline__ void mn_major_copy(const MnMajorCopyArguments& arguments) {
  using Tile = MnMajorCopyTile;
  __shared__ float tile[Tile::k][Tile::mn + 1];  // padded against bank conflicts

  const i64 tile_mn = static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::mn;
  const i64 tile_k = static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.k_tiles) * Tile::k;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.k_tiles;

  // Neighbouring threads read along the dimension that is denser in memory.
  const bool along_mn = arguments.mn_stride <= arguments.k_stride;
  const u32 width = along_mn ? Tile::mn : Tile::k;
  const u32 fast = threadIdx.x % width;
  const u32 slow = threadIdx.x / width;
  const u32 step = Tile::threads / width;
  const float* const source = arguments.source + batch * arguments.batch_stride + tile_mn * arguments.mn_stride +
                              tile_k * arguments.k_stride;
  float scales[Tile::passes];
#pragma unroll
  for (u32 pass = 0; pass < Tile::passes; ++pass) {
    const u32 other = slow + pass * step;
    const u32 mn = along_mn ? fast : other;
    const u32 k = along_mn ? other : fast;
    const bool inside = tile_mn + mn < arguments.mn && tile_k + k < arguments.k;
    scales[pass] = inside ? __ldg(source + mn * arguments.mn_stride + k * arguments.k_stride) : 0.0f;
  }
#pragma unroll
  for (u32 pass = 0; pass < Tile::passes; ++pass) {
    const u32 other = slow + pass * step;
    tile[along_mn ? other : fast][along_mn ? fast : other] = scales[pass];
  }
  __syncthreads();

  const u32 mn = threadIdx.x % Tile::mn;
  if (tile_mn + mn >= arguments.aligned_mn) return;
  float* const destination =
      arguments.destination + (batch * arguments.k + tile_k) * arguments.aligned_mn + tile_mn + mn;
#pragma unroll
  for (u32 pass = 0; pass < Tile::passes; ++pass) {
    const u32 k = threadIdx.x / Tile::mn + pass * (Tile::threads / Tile::mn);
    if (tile_k + k < arguments.k) destination[k * arguments.aligned_mn] = tile[k][mn];
  }
}

}  // namespace dg
