#pragma once
#include "dg/epilogue/fragment.cuh"
#include "dg/epilogue/output_type.cuh"
#include "dg/memory/swizzle.cuh"
#include "dg/ptx/bulk_tensor.cuh"
#include "dg/ptx/fence.cuh"
#include "dg/ptx/named_barrier.cuh"
#include "dg/ptx/shared_memory.cuh"
#include "dg/ptx/stmatrix.cuh"

// A warpgroup's fragment to global memory through shared memory, in boxes of 64 rows by one swizzle span. A round
// writes as many boxes as fit, and stores them. With room for twice a round, a round is written while the one before
// is still being stored.
namespace dg {

template <OutputType Output, u32 N>
struct StoreBoxes {
  static constexpr u32 element_bytes = sizeof(output_element<Output>);
  // The widest span that cuts N without a rest: a box must not reach into the next tile.
  static constexpr u32 span_bytes = N * element_bytes % 128 == 0 ? 128 : N * element_bytes % 64 == 0 ? 64 : 32;
  static_assert(N * element_bytes % span_bytes == 0, "N must be a multiple of 16");
  static constexpr u32 columns = span_bytes / element_bytes;
  static constexpr u32 count = N / columns;
  static constexpr u32 box_bytes = fragment_rows * span_bytes;
};

// How `Room` boxes are used: `round` at a time, in one of `sets` sets of buffers.
template <u32 Count, u32 Room>
struct StoreRounds {
  static_assert(Room >= 1);
  static constexpr u32 round = Room >= Count ? Count : Room >= 2 ? Room / 2 : 1;
  static constexpr u32 sets = Room / round >= 2 ? 2 : 1;
  static constexpr u32 count = ceil_div(Count, round);
};

template <OutputType Output, u32 N>
__device__ __forceinline__ void write_box(const float (&fragment)[N / 2], u32 box, u32 buffer, FragmentPosition at) {
  using Boxes = StoreBoxes<Output, N>;
  if constexpr (Output == OutputType::bfloat16) {
    const u32 row = at.warp * 16 + at.lane % 16;
#pragma unroll
    for (u32 pair = 0; pair < Boxes::columns / 16; ++pair) {
      const u32 i = 4 * (box * Boxes::columns / 8 + 2 * pair);
      const u32 chunk = 2 * pair + at.lane / 16;
      store_matrix_x4(buffer + swizzled_offset<Boxes::span_bytes>(row, chunk),
                      to_bfloat16_pair(fragment[i], fragment[i + 1]), to_bfloat16_pair(fragment[i + 2], fragment[i + 3]),
                      to_bfloat16_pair(fragment[i + 4], fragment[i + 5]), to_bfloat16_pair(fragment[i + 6], fragment[i + 7]));
    }
  } else {
#pragma unroll
    for (u32 group = 0; group < Boxes::columns / 8; ++group) {
      const u32 i = 4 * (box * Boxes::columns / 8 + group);
      const u32 chunk = 2 * group + at.column() / 4;
      const u32 within_chunk = at.column() % 4 * Boxes::element_bytes;
#pragma unroll
      for (u32 half = 0; half < 2; ++half) {
        const u32 offset = swizzled_offset<Boxes::span_bytes>(at.row() + 8 * half, chunk) + within_chunk;
        store_shared_f32x2(buffer + offset, fragment[i + 2 * half], fragment[i + 2 * half + 1]);
      }
    }
  }
}

// Where the boxes of a warpgroup go: its shared memory, and a named barrier of its own.
struct StoreBuffers {
  u32 address;
  u32 barrier;
};

// Stores a box, or adds it to what is there.
template <OutputType Output, bool PerGroup>
__device__ __forceinline__ void store_box(const TensorMap& d_map, u32 buffer, u32 column, u32 row, u32 group, bool add) {
  if (Output == OutputType::float32 && add) {
    if constexpr (PerGroup) {
      add_tensor(d_map, buffer, column, row, group);
    } else {
      add_tensor(d_map, buffer, column, row);
    }
  } else if constexpr (PerGroup) {
    store_tensor(d_map, buffer, column, row, group);
  } else {
    store_tensor(d_map, buffer, column, row);
  }
}

// The fragment that is the `ordinal`th of its tile. The warpgroup's first thread issues every store, because it alone
// can wait for them.
template <OutputType Output, u32 N, u32 Room, bool PerGroup>
__device__ __forceinline__ void store_with_tma(const float (&fragment)[N / 2], const TensorMap& d_map,
                                               StoreBuffers buffers, u32 ordinal, u32 row, u32 column, u32 group,
                                               FragmentPosition at, bool add) {
  using Boxes = StoreBoxes<Output, N>;
  using Rounds = StoreRounds<Boxes::count, Room>;
  const bool issuer = at.warp == 0 && at.lane == 0;
#pragma unroll
  for (u32 round = 0; round < Rounds::count; ++round) {
    const u32 turn = ordinal * Rounds::count + round;
    const u32 set = buffers.address + turn % Rounds::sets * Rounds::round * Boxes::box_bytes;
    // The tile before may have ended on either set, so the first round waits for all of its stores.
    if (issuer) {
      if (turn == 0) {
        wait_for_store_reads<0>();
      } else {
        wait_for_store_reads<Rounds::sets - 1>();
      }
    }
    named_barrier_sync(buffers.barrier, warpgroup_threads);
#pragma unroll
    for (u32 i = 0; i < Rounds::round; ++i) {
      const u32 box = round * Rounds::round + i;
      if (box < Boxes::count) write_box<Output, N>(fragment, box, set + i * Boxes::box_bytes, at);
    }
    fence_async_proxy_shared();
    named_barrier_sync(buffers.barrier, warpgroup_threads);
    if (!issuer) continue;
#pragma unroll
    for (u32 i = 0; i < Rounds::round; ++i) {
      const u32 box = round * Rounds::round + i;
      if (box >= Boxes::count) break;
      store_box<Output, PerGroup>(d_map, set + i * Boxes::box_bytes, column + box * Boxes::columns, row, group, add);
    }
    commit_stores();
  }
}

}  // namespace dg
