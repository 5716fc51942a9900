#pragma once
#include "row_scales.cuh"

// Copies each token, cast to FP8, to the rows of the experts that it chose. A block per choice.
// token_codes [tokens, hidden] and token_scales with one group of `tokens` rows; rows [tokens, top_k];
// codes [groups * scales.rows, hidden]. hidden is a multiple of 16.
extern "C" __global__ void __launch_bounds__(256)
    dg_example_dispatch_tokens(const dg::u8* token_codes, float* token_scales, dg::u32 tokens, dg::u32 token_pitch,
                               const int* rows, dg::u8* codes, float* scales, dg::u32 group_rows,
                               dg::u32 group_pitch, dg::u32 top_k, dg::u32 hidden, dg::u32 scale_columns) {
  using namespace dg_example;
  const u32 token = blockIdx.x / top_k;
  const u32 row = static_cast<u32>(rows[blockIdx.x]);
  const RowScales from{token_scales, tokens, token_pitch, scale_columns};
  const RowScales to{scales, group_rows, group_pitch, scale_columns};

  constexpr u32 vector_bytes = sizeof(uint4);
  const u32 vectors = hidden / vector_bytes;
  const uint4* const source = reinterpret_cast<const uint4*>(token_codes) + static_cast<u64>(token) * vectors;
  uint4* const target = reinterpret_cast<uint4*>(codes) + static_cast<u64>(row) * vectors;
  for (u32 i = threadIdx.x; i < vectors; i += blockDim.x) target[i] = source[i];
  for (u32 i = threadIdx.x; i < scale_columns; i += blockDim.x) to.at(row, i) = from.at(token, i);
}
