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

// The quads of a tile that one warp adds up, of those that the CTA of its rank does: every `Splits * MathWarps`th.
template <typename Part, u32 Splits, u32 MathWarps>
struct QuadShare {
  static constexpr u32 quads_per_fragment = Part::registers_per_fragment / 4;
  static constexpr u32 quads_per_warp = Part::fragments_m * Part::fragments_n * quads_per_fragment;
  static constexpr u32 quads = MathWarps * quads_per_warp;
  static constexpr u32 count = ceil_div(quads, Splits * MathWarps);

  u32 first;

  __device__ __forceinline__ u32 quad(u32 i) const { return first + i * Splits * MathWarps; }
  __device__ __forceinline__ bool has(u32 i) const { return quads % (Splits * MathWarps) == 0 || quad(i) < quads; }
};

// The sums of all CTAs for the quads of a share, in flight together because each takes hundreds of cycles to come.
// By every math warp of every CTA, after a cluster barrier.
template <typename Share, u32 Splits>
__device__ __forceinline__ void load_partial_sums(float4 (&partial)[Share::count][Splits], const Share& share, u32 address,
                                                  u32 lane) {
#pragma unroll
  for (u32 rank = 0; rank < Splits; ++rank) {
    const PartialSums<Share::quads_per_warp> sums{map_to_cta(address, rank)};
#pragma unroll
    for (u32 i = 0; i < Share::count; ++i) {
      if (!share.has(i)) continue;
      partial[i][rank] =
          load_cluster_f32x4(sums.quad(share.quad(i) / Share::quads_per_warp, share.quad(i) % Share::quads_per_warp, lane));
    }
  }
}

// Adds up a share in the order of the ranks, adds C and stores.
template <typename Part, Grouping G, typename Share, u32 Splits, OutputType Output>
__device__ __forceinline__ void store_sums(const float4 (&partial)[Share::count][Splits], const Share& share,
                                           const Tile& tile, const Epilogue<Output>& epilogue, u32 lane) {
  const auto d = epilogue.template d_of<G>(tile);
  const auto c = epilogue.template c_of<G>(tile);
  const bool d_has_pairs = d.has_pairs();
  const bool c_has_pairs = c.has_pairs();
#pragma unroll
  for (u32 i = 0; i < Share::count; ++i) {
    if (!share.has(i)) continue;
    float4 sum = partial[i][0];
#pragma unroll
    for (u32 rank = 1; rank < Splits; ++rank) {
      const float4& next = partial[i][rank];
      sum = {sum.x + next.x, sum.y + next.y, sum.z + next.z, sum.w + next.w};
    }
    const u32 warp = share.quad(i) / Share::quads_per_warp;
    const u32 of_warp = share.quad(i) % Share::quads_per_warp;
    const u32 fragment = of_warp / Share::quads_per_fragment;
    const Part part(warp / 4);
    const FragmentPosition at{warp % 4, lane};
    const u32 row = tile.row + part.first_row + fragment / Part::fragments_n * fragment_rows + at.row();
    const u32 column = tile.column + part.first_column + fragment % Part::fragments_n * Part::mma_n +
                       of_warp % Share::quads_per_fragment * 8 + at.column();
    if (c.data != nullptr) {
      add_elements(c, row, column, c_has_pairs, sum.x, sum.y);
      add_elements(c, row + 8, column, c_has_pairs, sum.z, sum.w);
    }
    store_elements(d, row, column, d_has_pairs, sum.x, sum.y);
    store_elements(d, row + 8, column, d_has_pairs, sum.z, sum.w);
  }
}

}  // namespace dg
