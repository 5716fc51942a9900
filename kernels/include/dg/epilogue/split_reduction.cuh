#pragma once
#include "dg/epilogue/epilogue.cuh"
#include "dg/ptx/cluster.cuh"
#include "dg/ptx/shared_memory.cuh"

// The tile of D that the CTAs of a cluster share, each with the sum over a part of K. Every CTA puts its sums into its
// own shared memory, then adds up those of all CTAs for a part of the tile, always in the order of their ranks, and
// stores that part.
namespace dg {

// The sums of a tile as its math warps hold them in registers: quads of a thread's four registers (two neighbours in a
// row, and those eight rows below), 32 of them side by side for each quad of a warp.
template <u32 QuadsPerWarp>
struct PartialSums {
  static constexpr u32 quad_bytes = 4 * sizeof(float);

  u32 address;  // shared

  __device__ __forceinline__ u32 quad(u32 warp, u32 index, u32 lane) const {
    return address + ((warp * QuadsPerWarp + index) * warp_threads + lane) * quad_bytes;
  }
};

template <u32 FragmentsM, u32 FragmentsN, u32 RegistersPerFragment>
__device__ __forceinline__ void write_partial_sums(
    const float (&accumulators)[FragmentsM][FragmentsN][RegistersPerFragment], u32 address, u32 warp, u32 lane) {
  constexpr u32 quads_per_fragment = RegistersPerFragment / 4;
  const PartialSums<FragmentsM * FragmentsN * quads_per_fragment> sums{address};
#pragma unroll
  for (u32 m = 0; m < FragmentsM; ++m) {
#pragma unroll
    for (u32 n = 0; n < FragmentsN; ++n) {
#pragma unroll
      for (u32 quad = 0; quad < quads_per_fragment; ++quad) {
        const float* const four = &accumulators[m][n][4 * quad];
        store_shared_f32x4(sums.quad(warp, (m * FragmentsN + n) * quads_per_fragment + quad, lane),
                           {four[0], four[1], four[2], four[3]});
      }
    }
  }
}

// By every math warp of every CTA, after a cluster barrier. Part is a WarpgroupTile.
template <typename Part, u32 Splits, u32 MathWarps, Grouping G, OutputType Output>
__device__ __forceinline__ void reduce_partial_sums(u32 address, u32 cta_rank, u32 warp, const Tile& tile,
                                                    const Epilogue<Output>& epilogue) {
  constexpr u32 quads_per_fragment = Part::registers_per_fragment / 4;
  constexpr u32 quads_per_warp = Part::fragments_m * Part::fragments_n * quads_per_fragment;
  constexpr u32 quads = MathWarps * quads_per_warp;
  constexpr u32 rounds = ceil_div(quads, Splits * MathWarps);
  const u32 lane = threadIdx.x % warp_threads;
  const auto d = epilogue.template d_of<G>(tile);
  const auto c = epilogue.template c_of<G>(tile);
  const bool d_has_pairs = d.has_pairs();
  const bool c_has_pairs = c.has_pairs();
  u32 sums_of[Splits];
#pragma unroll
  for (u32 rank = 0; rank < Splits; ++rank) sums_of[rank] = map_to_cta(address, rank);
#pragma unroll
  for (u32 round = 0; round < rounds; ++round) {
    const u32 index = (round * Splits + cta_rank) * MathWarps + warp;
    if (quads % (Splits * MathWarps) != 0 && index >= quads) break;
    const u32 of_warp = index / quads_per_warp;
    const u32 quad = index % quads_per_warp;
    float4 partial[Splits];
#pragma unroll
    for (u32 rank = 0; rank < Splits; ++rank) {
      partial[rank] = load_cluster_f32x4(PartialSums<quads_per_warp>{sums_of[rank]}.quad(of_warp, quad, lane));
    }
    float4 sum = partial[0];
#pragma unroll
    for (u32 rank = 1; rank < Splits; ++rank) {
      sum = {sum.x + partial[rank].x, sum.y + partial[rank].y, sum.z + partial[rank].z, sum.w + partial[rank].w};
    }
    const Part part(of_warp / 4);
    const u32 fragment = quad / quads_per_fragment;
    const FragmentPosition at{of_warp % 4, lane};
    const u32 row = tile.row + part.first_row + fragment / Part::fragments_n * fragment_rows + at.row();
    const u32 column = tile.column + part.first_column + fragment % Part::fragments_n * Part::mma_n +
                       quad % quads_per_fragment * 8 + at.column();
    if (c.data != nullptr) {
      add_elements(c, row, column, c_has_pairs, sum.x, sum.y);
      add_elements(c, row + 8, column, c_has_pairs, sum.z, sum.w);
    }
    store_elements(d, row, column, d_has_pairs, sum.x, sum.y);
    store_elements(d, row + 8, column, d_has_pairs, sum.z, sum.w);
  }
}

}  // namespace dg
