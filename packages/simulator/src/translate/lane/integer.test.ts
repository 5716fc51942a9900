import { describe, expect, it } from 'vitest';
import { combinations, type ResultRegister, runInstruction } from '../testing/run-instruction.js';

/** At the edges of 16, 32 and 64 bits, and without a pattern. */
const values = [
  0n,
  1n,
  2n,
  7n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x12345n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0xffff_ffff_ffff_ffffn,
  0x1234_5678_9abc_def1n,
  0xfedc_ba98_7654_3210n,
];
const few = [0n, 1n, 0x8000n, 0xffffn, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 0xfedc_ba98_7654_3210n];

const magnitude = (x: bigint) => (x < 0n ? -x : x);
const smaller = (x: bigint, y: bigint) => (x < y ? x : y);
const larger = (x: bigint, y: bigint) => (x > y ? x : y);
const clamp = (x: bigint, low: bigint, high: bigint) => larger(low, smaller(x, high));

interface Family {
  readonly instruction: string;
  /** One for each operand, with the bits and the sign that the type has. */
  readonly types: readonly string[];
  readonly expected: (a: bigint, b: bigint, c: bigint) => bigint;
  readonly resultBits: number;
}

/** The operands are seen as their types say; results are cut to their bits. */
function check({ instruction, types, expected, resultBits }: Family): void {
  const cases = combinations(types.length === 3 ? few : values, types.length as 1 | 2 | 3).filter(
    (operands) => !/^(div|rem)/.test(instruction) || typed(operands[1]!, types[1]!) !== 0n,
  );
  const file = (type: string) => ({ '16': 'h', '32': 'w', '64': 'x' })[type.slice(1)]!;
  const result = ({ 16: 'h', 32: 'w', 64: 'x' } as const)[resultBits as 16 | 32 | 64] as ResultRegister;
  const sources = types.map((type, i) => `%${file(type)}${'abc'[i]}`).join(', ');
  const results = runInstruction(`${instruction} %${result}d, ${sources};`, result, cases);
  for (const [i, operands] of cases.entries()) {
    const [a, b, c] = operands.map((operand, k) => typed(operand, types[k]!));
    const exact = BigInt.asUintN(resultBits, expected(a!, b ?? 0n, c ?? 0n));
    expect(results[i], `${instruction} of ${operands.map((x) => x.toString(16)).join(', ')}`).toBe(exact);
  }
}

function typed(value: bigint, type: string): bigint {
  const bits = Number(type.slice(1));
  return type.startsWith('s') ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}

const eachType = ['u16', 's16', 'u32', 's32', 'u64', 's64'];
const bitsOf = (type: string) => Number(type.slice(1));

describe('sums', () => {
  it.each(eachType)('add and sub of %s wrap around', (type) => {
    const resultBits = bitsOf(type);
    check({ instruction: `add.${type}`, types: [type, type], expected: (a, b) => a + b, resultBits });
    check({ instruction: `sub.${type}`, types: [type, type], expected: (a, b) => a - b, resultBits });
  });

  it('saturate', () => {
    const limit = (x: bigint) => clamp(x, -(2n ** 31n), 2n ** 31n - 1n);
    const types = ['s32', 's32'];
    check({ instruction: 'add.sat.s32', types, expected: (a, b) => limit(a + b), resultBits: 32 });
    check({ instruction: 'sub.sat.s32', types, expected: (a, b) => limit(a - b), resultBits: 32 });
  });

  it('of two halves do not touch each other', () => {
    const expected = (a: bigint, b: bigint) => (((a >> 16n) + (b >> 16n)) << 16n) | ((a + b) & 0xffffn);
    check({ instruction: 'add.u16x2', types: ['u32', 'u32'], expected, resultBits: 32 });
  });

  it('take negative constants', () => {
    const results = runInstruction('sub.s32 %wd, %wa, -5;\n  neg.s32 %wd, %wd;', 'w', [[7n], [0n]]);
    expect(results).toEqual([0xffff_fff4n, 0xffff_fffbn]);
    expect(runInstruction('sub.s64 %xd, %xa, -5;', 'x', [[7n]])).toEqual([12n]);
    expect(runInstruction('sub.s16 %hd, %ha, -5;', 'h', [[7n]])).toEqual([12n]);
  });
});

describe('products', () => {
  it.each(eachType)('mul.lo, mul.hi, mad.lo and mad.hi of %s', (type) => {
    const bits = bitsOf(type);
    const [two, three] = [Array(2).fill(type), Array(3).fill(type)] as [string[], string[]];
    const upper = (a: bigint, b: bigint) => (a * b) >> BigInt(bits);
    check({ instruction: `mul.lo.${type}`, types: two, expected: (a, b) => a * b, resultBits: bits });
    check({ instruction: `mul.hi.${type}`, types: two, expected: upper, resultBits: bits });
    check({
      instruction: `mad.lo.${type}`,
      types: three,
      expected: (a, b, c) => a * b + c,
      resultBits: bits,
    });
    check({
      instruction: `mad.hi.${type}`,
      types: three,
      expected: (a, b, c) => upper(a, b) + c,
      resultBits: bits,
    });
  });

  it.each([
    ['u16', 'u32'],
    ['s16', 's32'],
    ['u32', 'u64'],
    ['s32', 's64'],
  ])('mul.wide and mad.wide of %s', (type, wide) => {
    const resultBits = bitsOf(wide);
    check({ instruction: `mul.wide.${type}`, types: [type, type], expected: (a, b) => a * b, resultBits });
    const types = [type, type, wide];
    check({ instruction: `mad.wide.${type}`, types, expected: (a, b, c) => a * b + c, resultBits });
  });
});

describe('quotients', () => {
  it.each(eachType)('div and rem of %s go toward zero', (type) => {
    const resultBits = bitsOf(type);
    check({ instruction: `div.${type}`, types: [type, type], expected: (a, b) => a / b, resultBits });
    check({ instruction: `rem.${type}`, types: [type, type], expected: (a, b) => a % b, resultBits });
  });
});

describe('extremes and magnitudes', () => {
  it.each(eachType)('min and max of %s', (type) => {
    const resultBits = bitsOf(type);
    check({ instruction: `min.${type}`, types: [type, type], expected: smaller, resultBits });
    check({ instruction: `max.${type}`, types: [type, type], expected: larger, resultBits });
  });

  it('min.relu and max.relu', () => {
    const types = ['s32', 's32'];
    const expected = (a: bigint, b: bigint) => larger(0n, smaller(a, b));
    check({ instruction: 'min.relu.s32', types, expected, resultBits: 32 });
    const ofMax = (a: bigint, b: bigint) => larger(0n, larger(a, b));
    check({ instruction: 'max.relu.s32', types, expected: ofMax, resultBits: 32 });
  });

  it.each([
    ['u16x2', BigInt.asUintN],
    ['s16x2', BigInt.asIntN],
  ] as const)('min and max of %s', (type, as) => {
    const halves = (pick: (x: bigint, y: bigint) => bigint) => (a: bigint, b: bigint) => {
      const upper = pick(as(16, a >> 16n), as(16, b >> 16n));
      return (upper << 16n) | BigInt.asUintN(16, pick(as(16, a), as(16, b)));
    };
    const types = ['u32', 'u32'];
    check({ instruction: `min.${type}`, types, expected: halves(smaller), resultBits: 32 });
    check({ instruction: `max.${type}`, types, expected: halves(larger), resultBits: 32 });
  });

  it.each(['s16', 's32', 's64'])('neg and abs of %s', (type) => {
    const resultBits = bitsOf(type);
    check({ instruction: `neg.${type}`, types: [type], expected: (a) => -a, resultBits });
    check({ instruction: `abs.${type}`, types: [type], expected: magnitude, resultBits });
  });

  it.each(['u16', 's16', 'u32', 's32'])('sad of %s', (type) => {
    const expected = (a: bigint, b: bigint, c: bigint) => magnitude(a - b) + c;
    check({ instruction: `sad.${type}`, types: [type, type, type], expected, resultBits: bitsOf(type) });
  });
});

describe('carries', () => {
  const longs = combinations([0n, 1n, 0xffff_ffffn, 0x1_0000_0000n, 2n ** 63n, 2n ** 64n - 1n], 3);

  it('pass from word to word of a sum and of a difference', () => {
    // {xc, xa} + {xb, xc} and their difference, of 128 bits.
    const wide = (high: bigint, low: bigint) => (high << 64n) | low;
    const sums = (text: string, part: 'low' | 'high') =>
      runInstruction(`${text}\n${part === 'low' ? 'mov.b64 %xd, %xe;' : ''}`, 'x', longs);
    const added = 'add.cc.u64 %xe, %xa, %xc;\naddc.u64 %xd, %xc, %xb;';
    const subtracted = 'sub.cc.u64 %xe, %xa, %xc;\nsubc.u64 %xd, %xc, %xb;';
    for (const [text, sign] of [
      [added, 1n],
      [subtracted, -1n],
    ] as const) {
      const [low, high] = [sums(text, 'low'), sums(text, 'high')];
      for (const [i, [a, b, c]] of longs.entries()) {
        const exact = BigInt.asUintN(128, wide(c!, a!) + sign * wide(b!, c!));
        expect(wide(high[i]!, low[i]!), `${a}, ${b}, ${c}`).toBe(exact);
      }
    }
  });

  it('pass through three words of 32 bits', () => {
    const text = `
add.cc.u32 %we, %wa, %wb;
addc.cc.u32 %we, %wa, 0;
addc.u32 %wd, 0, 0;`;
    const cases = [
      [0xffff_ffffn, 1n],
      [0xffff_fffen, 1n],
      [1n, 1n],
    ];
    expect(runInstruction(text, 'w', cases)).toEqual([1n, 0n, 0n]);
    const borrow = 'sub.cc.u32 %we, %wa, %wb;\nsubc.cc.u32 %we, %wc, 0;\nsubc.u32 %wd, 0, 0;';
    expect(
      runInstruction(borrow, 'w', [
        [0n, 1n, 0n],
        [0n, 1n, 1n],
        [1n, 1n, 0n],
      ]),
    ).toEqual([0xffff_ffffn, 0n, 0n]);
  });

  it('are kept by a memory access and by a branch in between', () => {
    const text = `
add.cc.u32 %we, %wa, %wb;
ld.global.u32 %we, [%xin];
bra NEXT;
NEXT:
addc.u32 %wd, 0, 0;`;
    expect(
      runInstruction(text, 'w', [
        [0xffff_ffffn, 1n],
        [1n, 1n],
      ]),
    ).toEqual([1n, 0n]);
  });

  it('make a product of 128 bits', () => {
    const text = `
mov.b64 {%wa, %wb}, %xa;
mov.b64 {%wc, %wd}, %xb;
.reg .b32 %w0, %w1, %w2, %w3;
mul.lo.u32 %w0, %wa, %wc;
mul.hi.u32 %w1, %wa, %wc;
mad.lo.cc.u32 %w1, %wb, %wc, %w1;
madc.hi.u32 %w2, %wb, %wc, 0;
mad.lo.cc.u32 %w1, %wa, %wd, %w1;
madc.hi.cc.u32 %w2, %wa, %wd, %w2;
addc.u32 %w3, 0, 0;
mad.lo.cc.u32 %w2, %wb, %wd, %w2;
madc.hi.u32 %w3, %wb, %wd, %w3;
mov.b64 %xd, {%w2, %w3};`;
    const pairs = combinations(values, 2);
    const results = runInstruction(text, 'x', pairs);
    for (const [i, [a, b]] of pairs.entries()) expect(results[i]).toBe((a! * b!) >> 64n);
  });

  it('count in products of 64 bits too', () => {
    const text = 'mad.lo.cc.u64 %xe, %xa, %xb, %xc;\nmadc.hi.u64 %xd, %xa, %xb, %xc;';
    const results = runInstruction(text, 'x', longs);
    for (const [i, [a, b, c]] of longs.entries()) {
      const product = a! * b!;
      const carry = (BigInt.asUintN(64, product) + c!) >> 64n;
      expect(results[i]).toBe(BigInt.asUintN(64, (product >> 64n) + c! + carry));
    }
  });
});

describe('what is not implemented', () => {
  it.each([
    'mul24.lo.u32 %wd, %wa, %wb;',
    'mad.hi.sat.s32 %wd, %wa, %wb, %wc;',
    'dp4a.u32.u32 %wd, %wa, %wb, %wc;',
    'abs.u32 %wd, %wa;',
    'mul.wide.u64 %xd, %xa, %xb;',
    'min.relu.u32 %wd, %wa, %wb;',
    'add.sat.u32 %wd, %wa, %wb;',
  ])('is an error that names it: %s', (instruction) => {
    const opcode = instruction.split(' ')[0]!;
    expect(() => runInstruction(instruction, 'w', [[1n]])).toThrow(`for ${opcode} in line`);
  });
});
