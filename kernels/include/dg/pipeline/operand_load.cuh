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

// Loads `Rows` rows of an operand into a stage. When `Sharers` CTAs of the cluster need the same rows, each loads its
// part of them and multicasts it to all, so that the rows leave L2 once.
template <Major M, u32 Rows, u32 Sharers, bool PerGroup>
__device__ __forceinline__ void load_operand(const TensorMap& map, u32 tile, u32 full_barrier, u32 k, u32 row, u32 group,
                                             u32 cta_rank) {
  static_assert(Sharers == 1 || (M == Major::k && !PerGroup), "only K-major operands without groups are shared");
  if constexpr (Sharers > 1) {
    constexpr u32 part_rows = Rows / Sharers;
    static_assert(part_rows % 8 == 0, "a part must be whole swizzle atoms");
    constexpr u16 every_cta = (1u << Sharers) - 1;
    const u32 first = cta_rank * part_rows;
    load_tensor_multicast(map, tile + first * operand_row_bytes, full_barrier, k, row + first, every_cta);
  } else if constexpr (M == Major::k) {
    load_box<PerGroup>(map, tile, full_barrier, k, row, group);
  } else {
#pragma unroll
    for (u32 block = 0; block < ceil_div(Rows, mn_block); ++block) {
      load_box<PerGroup>(map, tile + block * mn_block_bytes, full_barrier, row + block * mn_block, k, group);
    }
  }
}

}  // namespace dg
