#pragma once
#include "dg/types.cuh"

// Shared-memory matrix descriptors of WGMMA (PTX ISA 9.7.15.5).
namespace dg {

inline constexpr u32 operand_row_bytes = 128;  // one K-major row of a tile: the widest swizzle span

// Descriptors count bytes of shared memory in units of 16.
inline constexpr u32 descriptor_unit = 16;

// A K-major tile with rows of 128 bytes and the 128-byte swizzle, starting at a multiple of 1024 bytes.
__device__ __forceinline__ u64 k_major_descriptor(u32 address) {
  constexpr u64 rows_per_atom = 8;
  constexpr u64 stride_byte_offset = rows_per_atom * operand_row_bytes;
  constexpr u64 swizzle_128_bytes = 1;
  return (address & 0x3FFFF) / descriptor_unit | (stride_byte_offset / descriptor_unit) << 32 | swizzle_128_bytes << 62;
}

// How an operand lies in memory: its contiguous dimension.
enum class Major : u8 { k, mn };

// An MN-major BF16 tile is cut into blocks of 64 along MN, a swizzle span wide, and 64 along K, one line each.
inline constexpr u32 mn_block = 64;
inline constexpr u32 mn_block_bytes = mn_block * operand_row_bytes;

// Such a tile: neighbours in K lie 128 bytes apart, in groups of eight; the next block along MN follows the block.
__device__ __forceinline__ u64 mn_major_descriptor(u32 address) {
  constexpr u64 leading_byte_offset = mn_block_bytes;
  constexpr u64 stride_byte_offset = 8 * operand_row_bytes;
  constexpr u64 swizzle_128_bytes = 1;
  return (address & 0x3FFFF) / descriptor_unit | (leading_byte_offset / descriptor_unit) << 16 |
         (stride_byte_offset / descriptor_unit) << 32 |
         swizzle_128_bytes << 62;
}

template <Major M>
__device__ __forceinline__ u64 operand_descriptor(u32 address) {
  return M == Major::k ? k_major_descriptor(address) : mn_major_descriptor(address);
}

// The descriptor of what lies so many units further on. The address never outgrows its field, so that only one half of the
// descriptor changes.
__device__ __forceinline__ u64 advance(u64 descriptor, u32 units) {
  return (descriptor & 0xFFFFFFFF00000000) | (static_cast<u32>(descriptor) + units);
}

// Every instruction reads 32 bytes of K, in FP8 and in BF16.
inline constexpr u32 instruction_k_bytes = 32;
inline constexpr u32 instructions_per_stage = operand_row_bytes / instruction_k_bytes;

// An MN-major instruction takes 16 lines of K.
template <Major M>
__device__ __forceinline__ u64 advance_k(u64 descriptor, u32 instruction) {
  constexpr u32 step = M == Major::k ? instruction_k_bytes : 16 * operand_row_bytes;
  return advance(descriptor, instruction * (step / descriptor_unit));
}

// Bytes of a tile of `rows` rows in one stage.
__host__ __device__ constexpr u32 operand_tile_bytes(Major major, u32 rows) {
  return (major == Major::k ? rows : ceil_div(rows, mn_block) * mn_block) * operand_row_bytes;
}

// Where a row of a tile starts; of an MN-major one, a multiple of a block.
template <Major M>
__device__ __forceinline__ u32 tile_offset(u32 row) {
  return M == Major::k ? row * operand_row_bytes : row / mn_block * mn_block_bytes;
}

}  // namespace dg
