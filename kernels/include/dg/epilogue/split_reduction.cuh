#pragma once
#include "dg/epilogue/epilogue.cuh"
#include "dg/ptx/cluster.cuh"
#include "dg/ptx/mbarrier.cuh"
#include "dg/ptx/shared_memory.cuh"

// The tile of D that the CTAs of a cluster share, each with the sums over a part of K. Every warp sends its sums to the
// CTAs that add them up, straight from registers into shared memory that is kept for them; what it adds up itself stays
// in registers. Sums are added in the order of the CTAs' ranks, so that the result does not depend on who was first.
namespace dg {

// `Part` is a math warpgroup's part of the tile. What a thread holds is quads of registers: two neighbours in a row, and
// those eight rows below. The warp of the same number adds them up in every CTA, each a run of `share` quads.
template <typename Part, u32 Splits, u32 MathWarps>
struct SplitReduction {
  static constexpr u32 quads_per_fragment = Part::registers_per_fragment / 4;
  static constexpr u32 quads_per_warp = Part::fragments_m * Part::fragments_n * quads_per_fragment;
  static constexpr u32 share = quads_per_warp / Splits;
  static constexpr u32 quad_bytes = warp_threads * 4 * sizeof(float);  // of all lanes
  static constexpr u32 sent_bytes = share * quad_bytes;                // by one warp to one CTA
  static constexpr u32 received_bytes = (Splits - 1) * sent_bytes;     // by one warp
  static constexpr u32 bytes = MathWarps * (received_bytes + 2 * mbarrier_bytes);
  static_assert(quads_per_warp % Splits == 0, "every CTA adds up the same number of quads");

  u32 base;  // shared address, a multiple of 16
  u32 rank;  // of this CTA

  // Counts the bytes that a warp receives.
  __device__ __forceinline__ u32 arrival(u32 warp) const {
    return base + MathWarps * received_bytes + warp * mbarrier_bytes;
  }

  // Counts the CTAs whose warp of this number has room for the next tile's sums.
  __device__ __forceinline__ u32 room(u32 warp) const { return arrival(MathWarps + warp); }

  // Where a lane's part of quad `i` from another CTA lies; their ranks leave out that of the CTA that adds up.
  __device__ __forceinline__ u32 received(u32 warp, u32 other, u32 i, u32 lane) const {
    return base + warp * received_bytes + other * sent_bytes + i * quad_bytes + lane * 4 * sizeof(float);
  }

  // By one thread.
  __device__ __forceinline__ void init() const {
#pragma unroll
    for (u32 warp = 0; warp < MathWarps; ++warp) mbarrier_init(arrival(warp), 1);
#pragma unroll
    for (u32 warp = 0; warp < MathWarps; ++warp) mbarrier_init(room(warp), Splits - 1);
  }

  __device__ __forceinline__ static float4 quad_of(const typename Part::Accumulators& accumulators, u32 quad) {
    const u32 fragment = quad / quads_per_fragment;
    const float* const four =
        &accumulators[fragment / Part::fragments_n][fragment % Part::fragments_n][4 * (quad % quads_per_fragment)];
    return {four[0], four[1], four[2], four[3]};
  }

  // By every math warp, once the warps of its number have room. A fresh barrier counts as just having completed parity 1,
  // so the first tile does not wait.
  __device__ __forceinline__ void send(const typename Part::Accumulators& accumulators, u32 warp, u32 lane,
                                       u32 tiles) const {
    mbarrier_wait(room(warp), (tiles + 1) % 2);
    // A lane that still waits must not be left behind: it could not tell this phase from the next but one.
    __syncwarp();
#pragma unroll
    for (u32 owner = 0; owner < Splits; ++owner) {
      if (owner == rank) continue;
      const u32 other = rank < owner ? rank : rank - 1;
      const u32 there = map_to_cta(received(warp, other, 0, lane), owner);
      const u32 its_barrier = map_to_cta(arrival(warp), owner);
#pragma unroll
      for (u32 i = 0; i < share; ++i) {
        store_async_f32x4(there + i * quad_bytes, quad_of(accumulators, owner * share + i), its_barrier);
      }
    }
  }

  // The sums of all CTAs for the quads that this warp adds up, once they have arrived.
  __device__ __forceinline__ void add_up(float4 (&sums)[share], const typename Part::Accumulators& accumulators, u32 warp,
                                         u32 lane, u32 tiles) const {
    float4 own[share];
#pragma unroll
    for (u32 owner = 0; owner < Splits; ++owner) {
#pragma unroll
      for (u32 i = 0; i < share; ++i) {
        if (owner == rank) own[i] = quad_of(accumulators, owner * share + i);
      }
    }
    if (lane == 0) mbarrier_arrive_expect_bytes(arrival(warp), received_bytes);
    mbarrier_wait(arrival(warp), tiles % 2);
    __syncwarp();
#pragma unroll
    for (u32 i = 0; i < share; ++i) {
      Others others;
#pragma unroll
      for (u32 other = 0; other < Splits - 1; ++other) others[other] = load_shared_f32x4(received(warp, other, i, lane));
      sums[i] = in_order_of_ranks(own[i], others);
    }
  }

  // A declaration is read even where K is not split, and no array may be empty.
  using Others = float4[Splits > 1 ? Splits - 1 : 1];

  __device__ __forceinline__ float4 in_order_of_ranks(float4 own, const Others& others) const {
    // The sum of two is the same in either order.
    if constexpr (Splits == 2) {
      return plus(own, others[0]);
    } else {
      float4 sum = {};
#pragma unroll
      for (u32 from = 0; from < Splits; ++from) {
        // Copies: a choice between references would be one between addresses, and keep the sums in memory.
        const float4 before = others[from < Splits - 1 ? from : Splits - 2];
        const float4 after = others[from > 0 ? from - 1 : 0];
        const float4 next = from < rank ? before : from == rank ? own : after;
        sum = from == 0 ? next : plus(sum, next);
      }
      return sum;
    }
  }

  __device__ __forceinline__ static float4 plus(float4 a, float4 b) {
    return {a.x + b.x, a.y + b.y, a.z + b.z, a.w + b.w};
  }

  // By a math warp that has added up, where another tile follows. One lane for each of the other CTAs.
  __device__ __forceinline__ void offer_room(u32 warp, u32 lane) const {
    __syncwarp();
    if (lane < Splits && lane != rank) mbarrier_arrive_cluster(map_to_cta(room(warp), lane));
  }

  // Adds C and stores.
  template <Grouping G, OutputType Output>
  __device__ __forceinline__ void store(float4 (&sums)[share], const Tile& tile, const Epilogue<Output>& epilogue,
                                        u32 warp, u32 lane) const {
    const auto d = epilogue.template d_of<G>(tile);
    const auto c = epilogue.template c_of<G>(tile);
    const bool has_c = epilogue.template has_c<G>();
    const Part part(warp / 4);
    const FragmentPosition at{warp % 4, lane};
#pragma unroll
    for (u32 first = 0; first < share; first += run) {
      const u32 quad = rank * share + first;
      const u32 fragment = quad / quads_per_fragment;
      const u32 row = tile.row + part.first_row + fragment / Part::fragments_n * fragment_rows + at.row();
      const u32 column = tile.column + part.first_column + fragment % Part::fragments_n * Part::mma_n +
                         quad % quads_per_fragment * 8 + at.column();
      if (has_c) add_run(sums, first, c.row_of_pairs(row, column), c.row_of_pairs(row + 8, column));
      store_run<0>(sums, first, d.row_of_pairs(row, column));
      store_run<1>(sums, first, d.row_of_pairs(row + 8, column));
    }
  }

  // Quads of one fragment, side by side: all of its rows' pairs are at fixed distances from the first.
  static constexpr u32 run = share < quads_per_fragment ? share : quads_per_fragment;
  static_assert(share % run == 0 && quads_per_fragment % run == 0, "a run lies in one fragment");

  template <typename Row>
  __device__ __forceinline__ static void add_run(float4 (&sums)[share], u32 first, const Row& upper, const Row& lower) {
#pragma unroll
    for (u32 i = 0; i < run; ++i) {
      float4& sum = sums[first + i];
      const float2 above = upper.load(8 * i);
      const float2 below = lower.load(8 * i);
      sum = {sum.x + above.x, sum.y + above.y, sum.z + below.x, sum.w + below.y};
    }
  }

  // The upper or the lower pairs of a run.
  template <u32 Half, typename Row>
  __device__ __forceinline__ static void store_run(const float4 (&sums)[share], u32 first, const Row& row) {
    const auto pair = [&](u32 i) {
      const float4& sum = sums[first + i];
      return Half == 0 ? make_float2(sum.x, sum.y) : make_float2(sum.z, sum.w);
    };
    // Inside the matrix nothing is asked for each pair, and outside nothing at all.
    if (row.is_whole_to(8 * (run - 1))) {
#pragma unroll
      for (u32 i = 0; i < run; ++i) row.store_whole(8 * i, pair(i).x, pair(i).y);
    } else if (row.count > 0) {
#pragma unroll
      for (u32 i = 0; i < run; ++i) row.store(8 * i, pair(i).x, pair(i).y);
    }
  }
};

}  // namespace dg
