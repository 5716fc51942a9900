#pragma once
#include "dg/types.cuh"

// Shared-memory matrix descriptors of WGMMA (PTX ISA 9.7.15.5).
namespace dg {

inline constexpr u32 operand_row_bytes = 128;  // one K-major row of a tile: the widest swizzle span

// A K-major tile with rows of 128 bytes and the 128-byte swizzle, starting at a multiple of 1024 bytes.
__device__ __forceinline__ u64 k_major_descriptor(u32 address) {
  constexpr u64 rows_per_atom = 8;
  constexpr u64 stride_byte_offset = rows_per_atom * operand_row_bytes;
  constexpr u64 swizzle_128_bytes = 1;
  return (address & 0x3FFFF) >> 4 | (stride_byte_offset >> 4) << 32 | swizzle_128_bytes << 62;
}

// Every instruction reads 32 bytes of K, in FP8 and in BF16.
inline constexpr u32 instruction_k_bytes = 32;
inline constexpr u32 instructions_per_stage = operand_row_bytes / instruction_k_bytes;

__device__ __forceinline__ u64 advance_k(u64 descriptor, u32 instruction) {
  return descriptor + (instruction * instruction_k_bytes >> 4);
}

}  // namespace dg
