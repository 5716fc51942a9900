#pragma once
#include "dg/types.cuh"

// Warpgroup matrix multiply-accumulate (PTX ISA 9.7.15): D[64, N] (+)= A[64, K] * B[N, K], float32 accumulators.
// Fragment layout of D: thread 32w + l holds, in d[4j + 0..1], row 16w + l/4, columns 8j + 2(l%4) + 0..1, and in
// d[4j + 2..3] the same columns eight rows below.
namespace dg {

// Orders register and shared-memory accesses before the first wgmma, and after touching accumulators.
__device__ __forceinline__ void wgmma_fence() {
  asm volatile("wgmma.fence.sync.aligned;" ::: "memory");
}

__device__ __forceinline__ void wgmma_commit() {
  asm volatile("wgmma.commit_group.sync.aligned;" ::: "memory");
}

// Returns when all but the `Pending` newest groups are complete.
template <u32 Pending>
__device__ __forceinline__ void wgmma_wait() {
  asm volatile("wgmma.wait_group.sync.aligned %0;" ::"n"(Pending) : "memory");
}

// Keeps the compiler from moving reads or writes of an accumulator across this point.
template <u32 Count>
__device__ __forceinline__ void pin_registers(float (&registers)[Count]) {
#pragma unroll
  for (u32 i = 0; i < Count; ++i) asm volatile("" : "+f"(registers[i])::"memory");
}

// clang-format off
// An instruction names all of its N/2 accumulators, so each N needs its own text; these lists build it.
#define DG_NAMES_8 "%0,%1,%2,%3"
#define DG_ACCUMULATORS_8 "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
#define DG_NAMES_16 DG_NAMES_8 ",%4,%5,%6,%7"
#define DG_ACCUMULATORS_16 DG_ACCUMULATORS_8, "+f"(d[4]), "+f"(d[5]), "+f"(d[6]), "+f"(d[7])
#define DG_NAMES_24 DG_NAMES_16 ",%8,%9,%10,%11"
#define DG_ACCUMULATORS_24 DG_ACCUMULATORS_16, "+f"(d[8]), "+f"(d[9]), "+f"(d[10]), "+f"(d[11])
#define DG_NAMES_32 DG_NAMES_24 ",%12,%13,%14,%15"
#define DG_ACCUMULATORS_32 DG_ACCUMULATORS_24, "+f"(d[12]), "+f"(d[13]), "+f"(d[14]), "+f"(d[15])
#define DG_NAMES_40 DG_NAMES_32 ",%16,%17,%18,%19"
#define DG_ACCUMULATORS_40 DG_ACCUMULATORS_32, "+f"(d[16]), "+f"(d[17]), "+f"(d[18]), "+f"(d[19])
#define DG_NAMES_48 DG_NAMES_40 ",%20,%21,%22,%23"
#define DG_ACCUMULATORS_48 DG_ACCUMULATORS_40, "+f"(d[20]), "+f"(d[21]), "+f"(d[22]), "+f"(d[23])
#define DG_NAMES_56 DG_NAMES_48 ",%24,%25,%26,%27"
#define DG_ACCUMULATORS_56 DG_ACCUMULATORS_48, "+f"(d[24]), "+f"(d[25]), "+f"(d[26]), "+f"(d[27])
#define DG_NAMES_64 DG_NAMES_56 ",%28,%29,%30,%31"
#define DG_ACCUMULATORS_64 DG_ACCUMULATORS_56, "+f"(d[28]), "+f"(d[29]), "+f"(d[30]), "+f"(d[31])
#define DG_NAMES_72 DG_NAMES_64 ",%32,%33,%34,%35"
#define DG_ACCUMULATORS_72 DG_ACCUMULATORS_64, "+f"(d[32]), "+f"(d[33]), "+f"(d[34]), "+f"(d[35])
#define DG_NAMES_80 DG_NAMES_72 ",%36,%37,%38,%39"
#define DG_ACCUMULATORS_80 DG_ACCUMULATORS_72, "+f"(d[36]), "+f"(d[37]), "+f"(d[38]), "+f"(d[39])
#define DG_NAMES_88 DG_NAMES_80 ",%40,%41,%42,%43"
#define DG_ACCUMULATORS_88 DG_ACCUMULATORS_80, "+f"(d[40]), "+f"(d[41]), "+f"(d[42]), "+f"(d[43])
#define DG_NAMES_96 DG_NAMES_88 ",%44,%45,%46,%47"
#define DG_ACCUMULATORS_96 DG_ACCUMULATORS_88, "+f"(d[44]), "+f"(d[45]), "+f"(d[46]), "+f"(d[47])
#define DG_NAMES_104 DG_NAMES_96 ",%48,%49,%50,%51"
#define DG_ACCUMULATORS_104 DG_ACCUMULATORS_96, "+f"(d[48]), "+f"(d[49]), "+f"(d[50]), "+f"(d[51])
#define DG_NAMES_112 DG_NAMES_104 ",%52,%53,%54,%55"
#define DG_ACCUMULATORS_112 DG_ACCUMULATORS_104, "+f"(d[52]), "+f"(d[53]), "+f"(d[54]), "+f"(d[55])
#define DG_NAMES_120 DG_NAMES_112 ",%56,%57,%58,%59"
#define DG_ACCUMULATORS_120 DG_ACCUMULATORS_112, "+f"(d[56]), "+f"(d[57]), "+f"(d[58]), "+f"(d[59])
#define DG_NAMES_128 DG_NAMES_120 ",%60,%61,%62,%63"
#define DG_ACCUMULATORS_128 DG_ACCUMULATORS_120, "+f"(d[60]), "+f"(d[61]), "+f"(d[62]), "+f"(d[63])
#define DG_NAMES_136 DG_NAMES_128 ",%64,%65,%66,%67"
#define DG_ACCUMULATORS_136 DG_ACCUMULATORS_128, "+f"(d[64]), "+f"(d[65]), "+f"(d[66]), "+f"(d[67])
#define DG_NAMES_144 DG_NAMES_136 ",%68,%69,%70,%71"
#define DG_ACCUMULATORS_144 DG_ACCUMULATORS_136, "+f"(d[68]), "+f"(d[69]), "+f"(d[70]), "+f"(d[71])
#define DG_NAMES_152 DG_NAMES_144 ",%72,%73,%74,%75"
#define DG_ACCUMULATORS_152 DG_ACCUMULATORS_144, "+f"(d[72]), "+f"(d[73]), "+f"(d[74]), "+f"(d[75])
#define DG_NAMES_160 DG_NAMES_152 ",%76,%77,%78,%79"
#define DG_ACCUMULATORS_160 DG_ACCUMULATORS_152, "+f"(d[76]), "+f"(d[77]), "+f"(d[78]), "+f"(d[79])
#define DG_NAMES_168 DG_NAMES_160 ",%80,%81,%82,%83"
#define DG_ACCUMULATORS_168 DG_ACCUMULATORS_160, "+f"(d[80]), "+f"(d[81]), "+f"(d[82]), "+f"(d[83])
#define DG_NAMES_176 DG_NAMES_168 ",%84,%85,%86,%87"
#define DG_ACCUMULATORS_176 DG_ACCUMULATORS_168, "+f"(d[84]), "+f"(d[85]), "+f"(d[86]), "+f"(d[87])
#define DG_NAMES_184 DG_NAMES_176 ",%88,%89,%90,%91"
#define DG_ACCUMULATORS_184 DG_ACCUMULATORS_176, "+f"(d[88]), "+f"(d[89]), "+f"(d[90]), "+f"(d[91])
#define DG_NAMES_192 DG_NAMES_184 ",%92,%93,%94,%95"
#define DG_ACCUMULATORS_192 DG_ACCUMULATORS_184, "+f"(d[92]), "+f"(d[93]), "+f"(d[94]), "+f"(d[95])
#define DG_NAMES_200 DG_NAMES_192 ",%96,%97,%98,%99"
#define DG_ACCUMULATORS_200 DG_ACCUMULATORS_192, "+f"(d[96]), "+f"(d[97]), "+f"(d[98]), "+f"(d[99])
#define DG_NAMES_208 DG_NAMES_200 ",%100,%101,%102,%103"
#define DG_ACCUMULATORS_208 DG_ACCUMULATORS_200, "+f"(d[100]), "+f"(d[101]), "+f"(d[102]), "+f"(d[103])
#define DG_NAMES_216 DG_NAMES_208 ",%104,%105,%106,%107"
#define DG_ACCUMULATORS_216 DG_ACCUMULATORS_208, "+f"(d[104]), "+f"(d[105]), "+f"(d[106]), "+f"(d[107])
#define DG_NAMES_224 DG_NAMES_216 ",%108,%109,%110,%111"
#define DG_ACCUMULATORS_224 DG_ACCUMULATORS_216, "+f"(d[108]), "+f"(d[109]), "+f"(d[110]), "+f"(d[111])
#define DG_NAMES_232 DG_NAMES_224 ",%112,%113,%114,%115"
#define DG_ACCUMULATORS_232 DG_ACCUMULATORS_224, "+f"(d[112]), "+f"(d[113]), "+f"(d[114]), "+f"(d[115])
#define DG_NAMES_240 DG_NAMES_232 ",%116,%117,%118,%119"
#define DG_ACCUMULATORS_240 DG_ACCUMULATORS_232, "+f"(d[116]), "+f"(d[117]), "+f"(d[118]), "+f"(d[119])
#define DG_NAMES_248 DG_NAMES_240 ",%120,%121,%122,%123"
#define DG_ACCUMULATORS_248 DG_ACCUMULATORS_240, "+f"(d[120]), "+f"(d[121]), "+f"(d[122]), "+f"(d[123])
#define DG_NAMES_256 DG_NAMES_248 ",%124,%125,%126,%127"
#define DG_ACCUMULATORS_256 DG_ACCUMULATORS_248, "+f"(d[124]), "+f"(d[125]), "+f"(d[126]), "+f"(d[127])

// What follows the N/2 accumulators: the operand numbers of `a`, `b`, `accumulate` and the two transposition bits.
#define DG_OTHERS_8 "%4", "%5", "%6", "%7", "%8"
#define DG_OTHERS_16 "%8", "%9", "%10", "%11", "%12"
#define DG_OTHERS_24 "%12", "%13", "%14", "%15", "%16"
#define DG_OTHERS_32 "%16", "%17", "%18", "%19", "%20"
#define DG_OTHERS_40 "%20", "%21", "%22", "%23", "%24"
#define DG_OTHERS_48 "%24", "%25", "%26", "%27", "%28"
#define DG_OTHERS_56 "%28", "%29", "%30", "%31", "%32"
#define DG_OTHERS_64 "%32", "%33", "%34", "%35", "%36"
#define DG_OTHERS_72 "%36", "%37", "%38", "%39", "%40"
#define DG_OTHERS_80 "%40", "%41", "%42", "%43", "%44"
#define DG_OTHERS_88 "%44", "%45", "%46", "%47", "%48"
#define DG_OTHERS_96 "%48", "%49", "%50", "%51", "%52"
#define DG_OTHERS_104 "%52", "%53", "%54", "%55", "%56"
#define DG_OTHERS_112 "%56", "%57", "%58", "%59", "%60"
#define DG_OTHERS_120 "%60", "%61", "%62", "%63", "%64"
#define DG_OTHERS_128 "%64", "%65", "%66", "%67", "%68"
#define DG_OTHERS_136 "%68", "%69", "%70", "%71", "%72"
#define DG_OTHERS_144 "%72", "%73", "%74", "%75", "%76"
#define DG_OTHERS_152 "%76", "%77", "%78", "%79", "%80"
#define DG_OTHERS_160 "%80", "%81", "%82", "%83", "%84"
#define DG_OTHERS_168 "%84", "%85", "%86", "%87", "%88"
#define DG_OTHERS_176 "%88", "%89", "%90", "%91", "%92"
#define DG_OTHERS_184 "%92", "%93", "%94", "%95", "%96"
#define DG_OTHERS_192 "%96", "%97", "%98", "%99", "%100"
#define DG_OTHERS_200 "%100", "%101", "%102", "%103", "%104"
#define DG_OTHERS_208 "%104", "%105", "%106", "%107", "%108"
#define DG_OTHERS_216 "%108", "%109", "%110", "%111", "%112"
#define DG_OTHERS_224 "%112", "%113", "%114", "%115", "%116"
#define DG_OTHERS_232 "%116", "%117", "%118", "%119", "%120"
#define DG_OTHERS_240 "%120", "%121", "%122", "%123", "%124"
#define DG_OTHERS_248 "%124", "%125", "%126", "%127", "%128"
#define DG_OTHERS_256 "%128", "%129", "%130", "%131", "%132"

#define DG_NOT_TRANSPOSED(a_bit, b_bit) ""
#define DG_TRANSPOSED(a_bit, b_bit) ", " a_bit ", " b_bit
#define DG_WGMMA_TEXT(width, shape, bits, a_operand, b_operand, accumulate_operand, a_bit, b_bit)                   \
  if constexpr (N == width) {                                                                                       \
    asm volatile("{\n.reg .pred p;\nsetp.ne.b32 p, " accumulate_operand ", 0;\n"                                    \
                 "wgmma.mma_async.sync.aligned.m64n" #width shape " {" DG_NAMES_##width "}, " a_operand ", "           \
                 b_operand ", p, 1, 1" bits(a_bit, b_bit) ";\n}\n"                                                  \
                 : DG_ACCUMULATORS_##width                                                                          \
                 : "l"(a), "l"(b), "r"(static_cast<u32>(accumulate)), "n"(a_transposed), "n"(b_transposed));        \
  }
// Two steps, for a macro is not expanded where it is pasted, and a list is one argument until it has been expanded.
#define DG_WGMMA_LISTED(width, shape, bits, others) DG_WGMMA_TEXT(width, shape, bits, others)
#define DG_WGMMA(width, shape, bits) DG_WGMMA_LISTED(width, shape, bits, DG_OTHERS_##width)

// A source that says how many columns its instructions have (DG_MMA_COLUMNS) spares the compiler the other widths: 1 to 5 % of
// the time that NVRTC takes for a GEMM.
#ifdef DG_MMA_COLUMNS
#define DG_WGMMA_EXPANDED(width, shape, bits) DG_WGMMA(width, shape, bits)
#define DG_WGMMA_ALL(shape, bits) DG_WGMMA_EXPANDED(DG_MMA_COLUMNS, shape, bits)
#else
#define DG_WGMMA_ALL(shape, bits) \
  DG_WGMMA(8, shape, bits) DG_WGMMA(16, shape, bits) DG_WGMMA(24, shape, bits) DG_WGMMA(32, shape, bits) \
  DG_WGMMA(40, shape, bits) DG_WGMMA(48, shape, bits) DG_WGMMA(56, shape, bits) DG_WGMMA(64, shape, bits) \
  DG_WGMMA(72, shape, bits) DG_WGMMA(80, shape, bits) DG_WGMMA(88, shape, bits) DG_WGMMA(96, shape, bits) \
  DG_WGMMA(104, shape, bits) DG_WGMMA(112, shape, bits) DG_WGMMA(120, shape, bits) DG_WGMMA(128, shape, bits) \
  DG_WGMMA(136, shape, bits) DG_WGMMA(144, shape, bits) DG_WGMMA(152, shape, bits) DG_WGMMA(160, shape, bits) \
  DG_WGMMA(168, shape, bits) DG_WGMMA(176, shape, bits) DG_WGMMA(184, shape, bits) DG_WGMMA(192, shape, bits) \
  DG_WGMMA(200, shape, bits) DG_WGMMA(208, shape, bits) DG_WGMMA(216, shape, bits) DG_WGMMA(224, shape, bits) \
  DG_WGMMA(232, shape, bits) DG_WGMMA(240, shape, bits) DG_WGMMA(248, shape, bits) DG_WGMMA(256, shape, bits)
#endif
// clang-format on

#ifdef DG_MMA_COLUMNS
template <u32 N>
inline constexpr bool is_mma_width = N == DG_MMA_COLUMNS;
#else
template <u32 N>
inline constexpr bool is_mma_width = N % 8 == 0 && N >= 8 && N <= 256;
#endif

// K = 32, both operands K-major in shared memory. Without `accumulate` D is overwritten.
template <u32 N>
__device__ __forceinline__ void wgmma_e4m3(float (&d)[N / 2], u64 a, u64 b, bool accumulate) {
  static_assert(is_mma_width<N>);
  constexpr int a_transposed = 0, b_transposed = 0;
  DG_WGMMA_ALL("k32.f32.e4m3.e4m3", DG_NOT_TRANSPOSED)
}

// K = 16, operands in shared memory, each K-major or, where its bit says so, MN-major. Without `accumulate` D is
// overwritten.
template <u32 N, bool TransposeA, bool TransposeB>
__device__ __forceinline__ void wgmma_bf16(float (&d)[N / 2], u64 a, u64 b, bool accumulate) {
  static_assert(is_mma_width<N>);
  constexpr int a_transposed = TransposeA, b_transposed = TransposeB;
  DG_WGMMA_ALL("k16.f32.bf16.bf16", DG_TRANSPOSED)
}

}  // namespace dg

#undef DG_NAMES_8
#undef DG_ACCUMULATORS_8
#undef DG_NAMES_16
#undef DG_ACCUMULATORS_16
#undef DG_NAMES_24
#undef DG_ACCUMULATORS_24
#undef DG_NAMES_32
#undef DG_ACCUMULATORS_32
#undef DG_NAMES_40
#undef DG_ACCUMULATORS_40
#undef DG_NAMES_48
#undef DG_ACCUMULATORS_48
#undef DG_NAMES_56
#undef DG_ACCUMULATORS_56
#undef DG_NAMES_64
#undef DG_ACCUMULATORS_64
#undef DG_NAMES_72
#undef DG_ACCUMULATORS_72
#undef DG_NAMES_80
#undef DG_ACCUMULATORS_80
#undef DG_NAMES_88
#undef DG_ACCUMULATORS_88
#undef DG_NAMES_96
#undef DG_ACCUMULATORS_96
#undef DG_NAMES_104
#undef DG_ACCUMULATORS_104
#undef DG_NAMES_112
#undef DG_ACCUMULATORS_112
#undef DG_NAMES_120
#undef DG_ACCUMULATORS_120
#undef DG_NAMES_128
#undef DG_ACCUMULATORS_128
#undef DG_NAMES_136
#undef DG_ACCUMULATORS_136
#undef DG_NAMES_144
#undef DG_ACCUMULATORS_144
#undef DG_NAMES_152
#undef DG_ACCUMULATORS_152
#undef DG_NAMES_160
#undef DG_ACCUMULATORS_160
#undef DG_NAMES_168
#undef DG_ACCUMULATORS_168
#undef DG_NAMES_176
#undef DG_ACCUMULATORS_176
#undef DG_NAMES_184
#undef DG_ACCUMULATORS_184
#undef DG_NAMES_192
#undef DG_ACCUMULATORS_192
#undef DG_NAMES_200
#undef DG_ACCUMULATORS_200
#undef DG_NAMES_208
#undef DG_ACCUMULATORS_208
#undef DG_NAMES_216
#undef DG_ACCUMULATORS_216
#undef DG_NAMES_224
#undef DG_ACCUMULATORS_224
#undef DG_NAMES_232
#undef DG_ACCUMULATORS_232
#undef DG_NAMES_240
#undef DG_ACCUMULATORS_240
#undef DG_NAMES_248
#undef DG_ACCUMULATORS_248
#undef DG_NAMES_256
#undef DG_ACCUMULATORS_256
#undef DG_OTHERS_8
#undef DG_OTHERS_16
#undef DG_OTHERS_24
#undef DG_OTHERS_32
#undef DG_OTHERS_40
#undef DG_OTHERS_48
#undef DG_OTHERS_56
#undef DG_OTHERS_64
#undef DG_OTHERS_72
#undef DG_OTHERS_80
#undef DG_OTHERS_88
#undef DG_OTHERS_96
#undef DG_OTHERS_104
#undef DG_OTHERS_112
#undef DG_OTHERS_120
#undef DG_OTHERS_128
#undef DG_OTHERS_136
#undef DG_OTHERS_144
#undef DG_OTHERS_152
#undef DG_OTHERS_160
#undef DG_OTHERS_168
#undef DG_OTHERS_176
#undef DG_OTHERS_184
#undef DG_OTHERS_192
#undef DG_OTHERS_200
#undef DG_OTHERS_208
#undef DG_OTHERS_216
#undef DG_OTHERS_224
#undef DG_OTHERS_232
#undef DG_OTHERS_240
#undef DG_OTHERS_248
#undef DG_OTHERS_256
#undef DG_NOT_TRANSPOSED
#undef DG_TRANSPOSED
#undef DG_WGMMA_TEXT
#undef DG_WGMMA_LISTED
#undef DG_WGMMA
#undef DG_WGMMA_EXPANDED
#undef DG_WGMMA_ALL
