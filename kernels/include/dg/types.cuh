#pragma once

// Fixed-width names without <cstdint>, which NVRTC does not ship.
namespace dg {

using u8 = unsigned char;
using u16 = unsigned short;
using u32 = unsigned int;
using u64 = unsigned long long;
using i32 = int;
using i64 = long long;

static_assert(sizeof(u16) == 2 && sizeof(u32) == 4 && sizeof(u64) == 8);

// The 128-byte object that cuTensorMapEncodeTiled fills. Opaque here: only its address matters.
struct alignas(64) TensorMap {
  u64 opaque[16];
};

template <typename T>
__host__ __device__ constexpr T ceil_div(T a, T b) {
  return (a + b - 1) / b;
}

}  // namespace dg
