import type { RandomSource } from './random-source.js';

export type OperandKind =
  | 'int16'
  | 'int32'
  | 'int64'
  | 'f32'
  /** A shift count, or a position or length of a bit field. */
  | 'count'
  /** Few values, so that equal ones meet. */
  | 'predicate';

const edges16 = [0, 1, 2, 0x7f, 0x80, 0xff, 0x100, 0x7ffe, 0x7fff, 0x8000, 0x8001, 0xfffe, 0xffff, 0x5555];
const edges32 = [
  0, 1, 2, 3, 0x7f, 0xff, 0x8000, 0xffff, 0x10000, 0x7ffffffe, 0x7fffffff, 0x80000000, 0x80000001, 0xfffffffe,
  0xffffffff,
];
const edges64 = [
  [0, 0],
  [1, 0],
  [0xffffffff, 0],
  [0, 1],
  [0x80000000, 0],
  [0xffffffff, 0x7fffffff],
  [0, 0x80000000],
  [1, 0x80000000],
  [0xffffffff, 0xffffffff],
  [0xfffffffe, 0xffffffff],
  [0x12345678, 0x9abcdef0],
] as const;
/** Zeros, denormals, the least normal, ties of bf16 and of e4m3, 448 and what follows it, the largest, infinities, NaN. */
const edgesF32 = [
  0x00000000, 0x80000000, 0x00000001, 0x807fffff, 0x00800000, 0x3f800000, 0xbf800000, 0x3f808000, 0x3f818000,
  0x3f880000, 0x43e00000, 0xc3e80000, 0x43e80001, 0x7f7fffff, 0xff7fffff, 0x7f800000, 0xff800000, 0x7fc00000,
  0x7f800001, 0xffffffff,
];
const counts = [0, 1, 7, 8, 15, 16, 17, 31, 32, 33, 63, 64, 65, 255, 256, 257, 0x80000000, 0xffffffff];

const wordsOf = (list: readonly number[]) => list.map((word) => [word, 0] as const);
const edges: Readonly<Record<OperandKind, readonly (readonly [number, number])[]>> = {
  int16: wordsOf(edges16),
  int32: wordsOf(edges32),
  int64: edges64,
  f32: wordsOf(edgesF32),
  count: wordsOf(counts),
  predicate: wordsOf([0, 1]),
};

/**
 * Operands for `tuples` executions of one instruction, two words each: [operand][tuple]. The first two meet in every pair of
 * edge values as far as there is room; the rest are edges, random bits and, for floats, random numbers of middling size.
 */
export function drawOperands(
  random: RandomSource,
  kinds: readonly OperandKind[],
  tuples: number,
): Uint32Array[] {
  const lists = kinds.map((kind) => edges[kind]);
  const [first, second] = lists;
  const pairs = first === undefined ? 0 : first.length * (second?.length ?? 1);
  return kinds.map((kind, operand) => {
    const words = new Uint32Array(tuples * 2);
    for (let tuple = 0; tuple < tuples; tuple++) {
      const list = lists[operand]!;
      const paired = tuple < Math.min(pairs, (tuples * 3) / 4) && operand < 2;
      const index = operand === 0 ? tuple % list.length : Math.floor(tuple / first!.length) % list.length;
      words.set(paired ? list[index]! : drawOperand(random, kind), tuple * 2);
    }
    return words;
  });
}

function drawOperand(random: RandomSource, kind: OperandKind): readonly [number, number] {
  if (random.integer(0, 3) === 0) return random.pick(edges[kind]);
  switch (kind) {
    case 'int16':
      return [random.bits() >>> 16, 0];
    case 'int32':
      return [random.bits() >>> random.integer(0, 31), 0];
    case 'int64':
      return [random.bits(), random.bits() >>> random.integer(0, 31)];
    case 'count':
      return [random.integer(0, 70), 0];
    case 'predicate':
      return [random.integer(0, 1), 0];
    case 'f32':
      return [drawFloatBits(random), 0];
  }
}

/** Any bits, or a number near 1, where sums cancel and products meet. */
function drawFloatBits(random: RandomSource): number {
  if (random.integer(0, 2) === 0) return random.bits();
  const exponent = 127 + random.integer(-14, 14);
  return ((random.bits() & 0x807fffff) | (exponent << 23)) >>> 0;
}
