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

// Issues the instructions of one stage; `a` and `b` are descriptors of where its tiles start. Fence, commit and wait are the
// caller's.
template <OperandType Type, u32 N, Major MajorA = Major::k, Major MajorB = Major::k>
__device__ __forceinline__ void issue_stage_mma(float (&accumulators)[N / 2], u64 a, u64 b, bool accumulate) {
  static_assert(Type == OperandType::bfloat16 || (MajorA == Major::k && MajorB == Major::k),
                "WGMMA takes FP8 only K-major");
#pragma unroll
  for (u32 i = 0; i < instructions_per_stage; ++i) {
    const u64 a_step = advance_k<MajorA>(a, i);
    const u64 b_step = advance_k<MajorB>(b, i);
    if constexpr (Type == OperandType::float8_e4m3) {
      wgmma_e4m3<N>(accumulators, a_step, b_step, accumulate || i > 0);
    } else {
      wgmma_bf16<N, MajorA == Major::mn, MajorB == Major::mn>(accumulators, a_step, b_step, accumulate || i > 0);
    }
  }
}

}  // namespace dg
