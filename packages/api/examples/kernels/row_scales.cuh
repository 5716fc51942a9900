#pragma once
#include "dg/types.cuh"

namespace dg_example {

using dg::u32;
using dg::u64;
using dg::u8;

constexpr u32 warp_threads = 32;
constexpr u32 all_lanes = 0xffffffff;
constexpr u32 scaled_columns = 128;  // of a row, that share a scale

// The scales of rows in groups as the grouped GEMMs take them, MN-major: [groups, rows, columns] of which two rows are
// neighbours in memory, and columns of a group lie `pitch` apart. A row is counted from the first of all groups.
struct RowScales {
  float* scales;
  u32 rows;     // of a group
  u32 pitch;    // rows of a group, rounded up to 16 bytes
  u32 columns;

  __device__ __forceinline__ float& at(u32 row, u32 column) const {
    const u64 group = row / rows;
    return scales[(group * columns + column) * pitch + row % rows];
  }
};

}  // namespace dg_example
