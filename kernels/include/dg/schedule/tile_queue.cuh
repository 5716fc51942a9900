#pragma once
#include "dg/pipeline/ring_position.cuh"
#include "dg/ptx/mbarrier.cuh"
#include "dg/ptx/shared_memory.cuh"
#include "dg/ptx/warp.cuh"
#include "dg/schedule/tile.cuh"

// Tiles on their way from the warp that looks for them to those that work on them. Finding the next one takes divisions
// and, where groups are data, reads of global memory: the producer does it while the others multiply.
namespace dg {

template <u32 Slots>
struct TileQueue {
  using Position = RingPosition<Slots>;
  static constexpr u32 tile_bytes = 32;
  static constexpr u32 bytes = Slots * (tile_bytes + 2 * mbarrier_bytes);
  static constexpr u32 no_group = 0xffffffff;

  u32 base;  // shared address, a multiple of 16

  __device__ __forceinline__ u32 tile(u32 slot) const { return base + slot * tile_bytes; }
  __device__ __forceinline__ u32 full(u32 slot) const { return base + Slots * tile_bytes + slot * mbarrier_bytes; }
  __device__ __forceinline__ u32 empty(u32 slot) const { return full(Slots + slot); }

  // By one thread.
  __device__ __forceinline__ void init(u32 reading_warps) const {
#pragma unroll
    for (u32 slot = 0; slot < Slots; ++slot) mbarrier_init(full(slot), 1);
#pragma unroll
    for (u32 slot = 0; slot < Slots; ++slot) mbarrier_init(empty(slot), reading_warps);
  }

  // By one thread, of an empty slot.
  __device__ __forceinline__ void fill(u32 slot, const Tile& next) const {
    store_shared_u32x4(tile(slot), {next.row, next.column, next.group, next.rows_end});
    store_shared_u32x2(tile(slot) + 16, next.k_begin, next.k_size);
    mbarrier_arrive(full(slot));
  }

  // By one thread.
  __device__ __forceinline__ void push(Position& position, const Tile& next) const {
    mbarrier_wait(empty(position.stage), position.parity ^ 1);
    fill(position.stage, next);
    position.advance();
  }

  // By one thread, after the last tile.
  __device__ __forceinline__ void push_end(Position& position) const {
    push(position, {0, 0, no_group, 0, 0, 0});
  }

  // By every lane of a reading warp; false at the end. The lane that reads for all is the one that says so.
  __device__ __forceinline__ bool pop(Position& position, Tile& next) const {
    const u32 slot = position.stage;
    const bool reads = threadIdx.x % warp_threads == 0;
    mbarrier_wait(full(slot), position.parity);
    const uint4 place = load_shared_u32x4_if(reads, tile(slot));
    const uint2 part_of_k = load_shared_u32x2_if(reads, tile(slot) + 16);
    // A lane that still waits must not be left behind: it could not tell this phase from the next but one.
    __syncwarp();
    if (reads) mbarrier_arrive(empty(slot));
    next = {warp_uniform(place.x), warp_uniform(place.y),     warp_uniform(place.z),
            warp_uniform(place.w), warp_uniform(part_of_k.x), warp_uniform(part_of_k.y)};
    position.advance();
    return next.group != no_group;
  }
};

}  // namespace dg
