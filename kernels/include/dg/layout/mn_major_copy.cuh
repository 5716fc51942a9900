#pragma once
#include "dg/types.cuh"

// Scale factors from any strides to the MN-major TMA-aligned layout: [batches, mn, k] with strides
// (aligned_mn * k, 1, aligned_mn), zeros in the rows from mn to aligned_mn.
namespace dg {

struct MnMajorCopyTile {
  static constexpr u32 edge = 32;
  static constexpr u32 passes = 4;
  static constexpr u32 threads = edge * edge / passes;
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
  __shared__ float tile[Tile::edge][Tile::edge + 1];  // [k][mn], padded against bank conflicts

  const i64 tile_mn = static_cast<i64>(blockIdx.x % arguments.mn_tiles) * Tile::edge;
  const i64 tile_k = static_cast<i64>(blockIdx.x / arguments.mn_tiles % arguments.k_tiles) * Tile::edge;
  const i64 batch = blockIdx.x / arguments.mn_tiles / arguments.k_tiles;
  const u32 fast = threadIdx.x % Tile::edge;
  const u32 slow = threadIdx.x / Tile::edge;

  // Neighbouring threads read along the dimension that is denser in memory.
  const bool along_mn = arguments.mn_stride <= arguments.k_stride;
  const float* const source = arguments.source + batch * arguments.batch_stride;
#pragma unroll
  for (u32 pass = 0; pass < Tile::passes; ++pass) {
    const u32 other = slow + pass * (Tile::edge / Tile::passes);
    const u32 mn = along_mn ? fast : other;
    const u32 k = along_mn ? other : fast;
    const bool inside = tile_mn + mn < arguments.mn && tile_k + k < arguments.k;
    tile[k][mn] =
        inside ? source[(tile_mn + mn) * arguments.mn_stride + (tile_k + k) * arguments.k_stride] : 0.0f;
  }
  __syncthreads();

  float* const destination = arguments.destination + batch * arguments.aligned_mn * arguments.k;
#pragma unroll
  for (u32 pass = 0; pass < Tile::passes; ++pass) {
    const u32 k = slow + pass * (Tile::edge / Tile::passes);
    if (tile_mn + fast < arguments.aligned_mn && tile_k + k < arguments.k) {
      destination[(tile_k + k) * arguments.aligned_mn + tile_mn + fast] = tile[k][fast];
    }
  }
}

}  // namespace dg
