#pragma once
#include "dg/types.cuh"

// ue8m0: one byte e that means 2^(e - 127); 0xff is NaN. Works on bits, so that no mantissa bit can reach a code.
namespace dg {

inline constexpr u32 ue8m0_nan = 0xff;
inline constexpr u32 float32_infinity_bits = 0x7f800000;
inline constexpr u32 float32_mantissa_bits = 0x007fffff;
// 2^-127, which code 0 means, is the one power of two here that is subnormal in float32.
inline constexpr u32 subnormal_power_bits = 0x00400000;
inline constexpr u32 least_normal_bits = 0x00800000;
inline constexpr u32 greatest_power_bits = 0x7f000000;
inline constexpr u32 ue8m0_codes_per_word = 4;

// The exponent field, plus 1 if any mantissa bit is set, clamped to 1..254. Of an infinity: 254, that is 2^127.
__device__ __forceinline__ u32 rounded_up_exponent(u32 bits) {
  const u32 exponent = (bits >> 23 & 0xff) + ((bits & float32_mantissa_bits) != 0 ? 1 : 0);
  return min(max(exponent, 1u), 254u);
}

// Powers of two from 2^-127 to 2^127. The comparison leaves out infinity, NaN and everything with a sign.
__device__ __forceinline__ bool is_ue8m0_value(u32 bits) {
  const bool normal_power = bits < float32_infinity_bits && bits != 0 && (bits & float32_mantissa_bits) == 0;
  return normal_power || bits == subnormal_power_bits;
}

// The code of a float32. Negative values and NaN have none; without `Round`, nor has what is no power of two.
template <bool Round>
__device__ __forceinline__ u32 ue8m0_code(u32 bits) {
  if constexpr (Round) return bits <= float32_infinity_bits ? rounded_up_exponent(bits) : ue8m0_nan;
  return is_ue8m0_value(bits) ? bits >> 23 : ue8m0_nan;
}

// The exponent fields of four float32, one in each byte, the first in the lowest.
__device__ __forceinline__ u32 exponent_bytes(const u32 (&bits)[ue8m0_codes_per_word]) {
  // Upper halves: bits 7 to 14 are the exponent.
  const u32 even = __byte_perm(bits[0], bits[2], 0x7632);
  const u32 odd = __byte_perm(bits[1], bits[3], 0x7632);
  return (even >> 7 & 0x00ff00ff) | (odd << 1 & 0xff00ff00);
}

// `ue8m0_code` of four scales that are all usual.
template <bool Round>
__device__ __forceinline__ u32 usual_ue8m0_codes(const u32 (&bits)[ue8m0_codes_per_word]) {
  u32 powers[ue8m0_codes_per_word];
#pragma unroll
  for (u32 i = 0; i < ue8m0_codes_per_word; ++i) {
    // The carry out of a mantissa that is not 0 rounds up.
    const u32 rounded = min(max(bits[i] + float32_mantissa_bits, least_normal_bits), greatest_power_bits);
    powers[i] = Round ? rounded : bits[i];
  }
  return exponent_bytes(powers);
}

// Whether `codes`, the usual ones, are right where `present` has bytes of 0xff, which are the lowest. Absent scales
// are 0.
template <bool Round>
__device__ __forceinline__ bool are_usual(const u32 (&bits)[ue8m0_codes_per_word], u32 codes, u32 present) {
  if constexpr (Round) return max(max(bits[0], bits[1]), max(bits[2], bits[3])) <= float32_infinity_bits;
  // Infinity has the code of NaN as its exponent, 0 has not: the lowest byte that is 0 borrows.
  const u32 zeros = (codes - 0x01010101) & ~codes & 0x80808080 & present;
  const u32 fraction_or_sign = (bits[0] | bits[1] | bits[2] | bits[3]) & ~float32_infinity_bits;
  return (zeros | fraction_or_sign) == 0;
}

// Words of four codes each, the first in the lowest byte; 0 in the bytes that are absent. Few steps for the scales that
// there are almost always, and all that are not usual one by one.
template <bool Round, u32 Count>
__device__ __forceinline__ void ue8m0_words(u32 (&words)[Count], const u32 (&bits)[Count][ue8m0_codes_per_word],
                                            const u32 (&present)[Count]) {
  bool usual = true;
#pragma unroll
  for (u32 i = 0; i < Count; ++i) {
    const u32 codes = usual_ue8m0_codes<Round>(bits[i]);
    usual = usual & are_usual<Round>(bits[i], codes, present[i]);
    words[i] = codes & present[i];
  }
  if (usual) return;
#pragma unroll
  for (u32 i = 0; i < Count; ++i) {
    u32 codes = 0;
#pragma unroll
    for (u32 j = 0; j < ue8m0_codes_per_word; ++j) codes |= ue8m0_code<Round>(bits[i][j]) << (8 * j);
    words[i] = codes & present[i];
  }
}

// The bits of the float32 that a code means.
__device__ __forceinline__ u32 ue8m0_value_bits(u32 code) {
  if (code == ue8m0_nan) return 0x7fc00000;
  return code == 0 ? subnormal_power_bits : code << 23;
}

}  // namespace dg
