#pragma once
#include "dg/types.cuh"

// ue8m0: one byte e that means 2^(e - 127); 0xff is NaN. Works on bits, so that no mantissa bit can reach a code.
namespace dg {

inline constexpr u32 ue8m0_nan = 0xff;
inline constexpr u32 float32_infinity_bits = 0x7f800000;
inline constexpr u32 float32_mantissa_bits = 0x007fffff;
// 2^-127, which code 0 means, is the one power of two here that is subnormal in float32.
inline constexpr u32 subnormal_power_bits = 0x00400000;

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

// The bits of the float32 that a code means.
__device__ __forceinline__ u32 ue8m0_value_bits(u32 code) {
  if (code == ue8m0_nan) return 0x7fc00000;
  return code == 0 ? subnormal_power_bits : code << 23;
}

}  // namespace dg
