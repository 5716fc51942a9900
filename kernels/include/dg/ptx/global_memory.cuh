#pragma once
#include "dg/ptx/convert.cuh"
#include "dg/types.cuh"

// Two neighbours in a row of a matrix in global memory: both of them, as one access; or the first `count`, which is none
// where it is not positive and both where it is 2 or more, and `pairs` says whether two can be moved as one. Predicates in
// place of branches: there is one such access for every two registers of a tile, and branches around each were a third of
// the time that a large tile takes to compile (docs/performance.md).
namespace dg {

struct Bfloat16 {
  u16 bits;
};

__device__ __forceinline__ float2 from_bfloat16_pair(u32 pair) {
  return {__uint_as_float(pair << 16), __uint_as_float(pair & 0xffff0000)};
}

__device__ __forceinline__ float2 load_global_pair(const float* from) { return *reinterpret_cast<const float2*>(from); }
__device__ __forceinline__ float2 load_global_pair(const Bfloat16* from) {
  return from_bfloat16_pair(*reinterpret_cast<const u32*>(from));
}

__device__ __forceinline__ void store_global_pair(float* to, float x, float y) {
  *reinterpret_cast<float2*>(to) = make_float2(x, y);
}
// Rounded to nearest even.
__device__ __forceinline__ void store_global_pair(Bfloat16* to, float x, float y) {
  *reinterpret_cast<u32*>(to) = to_bfloat16_pair(x, y);
}

// Predicates for an access: of both as one, and of either alone.
#define DG_PAIR_PREDICATES(count, pairs)                 \
  ".reg .pred both, first, second;\n"                    \
  "setp.gt.s32 second, " count ", 1;\n"                  \
  "setp.ne.and.u32 both, " pairs ", 0, second;\n"        \
  "setp.gt.and.s32 first, " count ", 0, !both;\n"        \
  "setp.gt.and.s32 second, " count ", 1, !both;\n"

// What is not there reads as zero.
__device__ __forceinline__ float2 load_global_pair(const float* from, i32 count, bool pairs) {
  float2 values;
  asm volatile("{\n" DG_PAIR_PREDICATES("%3", "%4")
               "mov.f32 %0, 0f00000000;\n"
               "mov.f32 %1, 0f00000000;\n"
               "@first ld.global.f32 %0, [%2];\n"
               "@second ld.global.f32 %1, [%2 + 4];\n"
               "@both ld.global.v2.f32 {%0, %1}, [%2];\n"
               "}\n"
               : "=&f"(values.x), "=&f"(values.y)
               : "l"(from), "r"(count), "r"(static_cast<u32>(pairs))
               : "memory");
  return values;
}

__device__ __forceinline__ float2 load_global_pair(const Bfloat16* from, i32 count, bool pairs) {
  u32 values;
  asm volatile("{\n" DG_PAIR_PREDICATES("%2", "%3")
               ".reg .b16 low, high;\n"
               "mov.b16 low, 0;\n"
               "mov.b16 high, 0;\n"
               "@first ld.global.b16 low, [%1];\n"
               "@second ld.global.b16 high, [%1 + 2];\n"
               "mov.b32 %0, {low, high};\n"
               "@both ld.global.b32 %0, [%1];\n"
               "}\n"
               : "=&r"(values)
               : "l"(from), "r"(count), "r"(static_cast<u32>(pairs))
               : "memory");
  return from_bfloat16_pair(values);
}

__device__ __forceinline__ void store_global_pair(float* to, i32 count, bool pairs, float x, float y) {
  asm volatile("{\n" DG_PAIR_PREDICATES("%1", "%2")
               "@first st.global.f32 [%0], %3;\n"
               "@second st.global.f32 [%0 + 4], %4;\n"
               "@both st.global.v2.f32 [%0], {%3, %4};\n"
               "}\n" ::"l"(to),
               "r"(count), "r"(static_cast<u32>(pairs)), "f"(x), "f"(y)
               : "memory");
}

// Rounded to nearest even.
__device__ __forceinline__ void store_global_pair(Bfloat16* to, i32 count, bool pairs, float x, float y) {
  asm volatile("{\n" DG_PAIR_PREDICATES("%1", "%2")
               ".reg .b16 low, high;\n"
               "mov.b32 {low, high}, %3;\n"
               "@first st.global.b16 [%0], low;\n"
               "@second st.global.b16 [%0 + 2], high;\n"
               "@both st.global.b32 [%0], %3;\n"
               "}\n" ::"l"(to),
               "r"(count), "r"(static_cast<u32>(pairs)), "r"(to_bfloat16_pair(x, y))
               : "memory");
}

#undef DG_PAIR_PREDICATES

}  // namespace dg
