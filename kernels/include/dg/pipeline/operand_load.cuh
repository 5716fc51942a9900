#pragma once
#include "dg/memory/matrix_descriptor.cuh"
#include "dg/ptx/bulk_tensor.cuh"

namespace dg {

// One box of an operand; its map has a third dimension where each group has a matrix of its own.
template <bool PerGroup>
__device__ __forceinline__ void load_box(const TensorMap& map, u32 destination, u32 full_barrier, u32 x, u32 y, u32 group) {
  if constexpr (PerGroup) {
    load_tensor(map, destination, full_barrier, x, y, group);
  } else {
    load_tensor(map, destination, full_barrier, x, y);
  }
}

// One box of an operand that `Sharers` CTAs of the cluster need: for all of them, where there is more than one.
template <u32 Sharers, bool PerGroup>
__device__ __forceinline__ void load_shared_box(const TensorMap& map, u32 destination, u32 full_barrier, u32 x, u32 y,
                                                u32 group) {
  static_assert(Sharers == 1 || !PerGroup, "operands that each group has for itself are not shared");
  if constexpr (Sharers > 1) {
    constexpr u16 every_cta = (1u << Sharers) - 1;
    load_tensor_multicast(map, destination, full_barrier, x, y, every_cta);
  } else {
    load_box<PerGroup>(map, destination, full_barrier, x, y, group);
  }
}

// Loads `Rows` rows of an operand into a stage. When `Sharers` CTAs of the cluster need the same rows, each loads its
// part of them and multicasts it to all, so that the rows leave L2 once.
template <Major M, u32 Rows, u32 Sharers, bool PerGroup>
__device__ __forceinline__ void load_operand(const TensorMap& map, u32 tile, u32 full_barrier, u32 k, u32 row, u32 group,
                                             u32 cta_rank) {
  const u32 rank = Sharers > 1 ? cta_rank : 0;
  if constexpr (M == Major::k) {
    constexpr u32 part = Rows / Sharers;
    static_assert(Sharers == 1 || part % 8 == 0, "a part must be whole swizzle atoms");
    const u32 first = rank * part;
    load_shared_box<Sharers, PerGroup>(map, tile + first * operand_row_bytes, full_barrier, k, row + first, group);
  } else {
    constexpr u32 blocks = ceil_div(Rows, mn_block);
    static_assert(blocks % Sharers == 0, "a part must be whole blocks");
    constexpr u32 part = blocks / Sharers;
#pragma unroll
    for (u32 i = 0; i < part; ++i) {
      const u32 block = rank * part + i;
      load_shared_box<Sharers, PerGroup>(map, tile + block * mn_block_bytes, full_barrier, row + block * mn_block, k, group);
    }
  }
}

}  // namespace dg
