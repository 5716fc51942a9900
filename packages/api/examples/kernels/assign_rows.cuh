#pragma once
#include "row_scales.cuh"

// Gives each choice of an expert a row in that expert's group, in the order of the tokens, and counts the rows. One warp
// per expert looks at all choices, 32 at a time. No atomics: the same choices give the same rows on every run.
// chosen and rows [choices]; counts [experts], which is the mask of the grouped GEMMs.
extern "C" __global__ void __launch_bounds__(32)
    dg_example_assign_rows(const int* __restrict__ chosen, int* __restrict__ rows, int* __restrict__ counts,
                           dg::u32 choices, dg::u32 rows_per_expert) {
  using namespace dg_example;
  const u32 expert = blockIdx.x;
  const u32 lane = threadIdx.x;
  const u32 lanes_before = (1u << lane) - 1;
  const u32 first_row = expert * rows_per_expert;
  u32 count = 0;
#pragma unroll 4
  for (u32 first = 0; first < choices; first += warp_threads) {
    const u32 index = first + lane;
    const bool is_mine = index < choices && chosen[index] == static_cast<int>(expert);
    const u32 mine = __ballot_sync(all_lanes, is_mine);
    if (is_mine) rows[index] = static_cast<int>(first_row + count + __popc(mine & lanes_before));
    count += __popc(mine);
  }
  if (lane == 0) counts[expert] = static_cast<int>(count);
}
