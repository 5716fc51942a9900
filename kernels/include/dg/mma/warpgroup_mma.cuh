#pragma once
#include "dg/memory/matrix_descriptor.cuh"
#include "dg/ptx/wgmma.cuh"

// One pipeline stage through the tensor cores: 64 rows of A against N rows of B, 128 bytes of K.
namespace dg {

enum class OperandType : u8 { float8_e4m3, bfloat16 };

template <OperandType Type>
inline constexpr u32 operand_bytes = Type == OperandType::float8_e4m3 ? 1 : 2;

// Elements of K in a stage: 128 for FP8, 64 for BF16.
template <OperandType Type>
inline constexpr u32 stage_k = operand_row_bytes / operand_bytes<Type>;

// Issues the instructions of one stage; fence, commit and wait are the caller's.
template <OperandType Type, u32 N>
__device__ __forceinline__ void issue_stage_mma(float (&accumulators)[N / 2], u32 a_tile, u32 b_tile, bool accumulate) {
  const u64 a = k_major_descriptor(a_tile);
  const u64 b = k_major_descriptor(b_tile);
#pragma unroll
  for (u32 i = 0; i < instructions_per_stage; ++i) {
    if constexpr (Type == OperandType::float8_e4m3) {
      wgmma_e4m3<N>(accumulators, advance_k(a, i), advance_k(b, i), accumulate || i > 0);
    } else {
      wgmma_bf16<N>(accumulators, advance_k(a, i), advance_k(b, i), accumulate || i > 0);
    }
  }
}

}  // namespace dg
