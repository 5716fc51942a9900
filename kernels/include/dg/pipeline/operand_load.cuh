#pragma once
#include "dg/memory/matrix_descriptor.cuh"
#include "dg/ptx/bulk_tensor.cuh"

namespace dg {

// Loads `Rows` K-major rows of an operand into a stage. When `Sharers` CTAs of the cluster need the same rows,
// each loads its part of them and multicasts it to all, so that the rows leave L2 once.
template <u32 Rows, u32 Sharers>
__device__ __forceinline__ void load_operand(const TensorMap& map, u32 tile, u32 full_barrier, u32 k, u32 row,
                                             u32 cta_rank) {
  if constexpr (Sharers == 1) {
    load_tensor(map, tile, full_barrier, k, row);
  } else {
    constexpr u32 part_rows = Rows / Sharers;
    static_assert(part_rows % 8 == 0, "a part must be whole swizzle atoms");
    constexpr u16 every_cta = (1u << Sharers) - 1;
    const u32 first = cta_rank * part_rows;
    load_tensor_multicast(map, tile + first * operand_row_bytes, full_barrier, k, row + first, every_cta);
  }
}

}  // namespace dg
