import { describe, expect, it } from 'vitest';
import {
  binary16,
  binary32,
  brain16,
  type ExactFormat,
  encodeRatio,
  type Mode,
  ratioOf,
} from '../testing/exact-floats.js';
import { combinations, type ResultRegister, runInstruction } from '../testing/run-instruction.js';

const integers = [
  0n,
  1n,
  0x7fn,
  0x80n,
  0xffn,
  0x101n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x0100_0001n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x0080_0000_4000_0000n,
  0x0080_0000_4000_0001n,
  0x0080_0000_c000_0000n,
  0x7fff_ffff_ffff_ffffn,
  0x8000_0000_0000_0000n,
  0xffff_ffff_ffff_ffffn,
];
const types = ['u8', 's8', 'u16', 's16', 'u32', 's32', 'u64', 's64'];
const bitsOf = (type: string) => Number(type.slice(1));
const fileOf = (type: string): ResultRegister =>
  (({ 16: 'h', 32: 'w', 64: 'x' }) as const)[registerBits(type)]!;
const registerBits = (type: string) => Math.max(16, bitsOf(type)) as 16 | 32 | 64;
const typed = (value: bigint, type: string) =>
  type.startsWith('s') ? BigInt.asIntN(bitsOf(type), value) : BigInt.asUintN(bitsOf(type), value);
const lowest = (type: string) => (type.startsWith('s') ? -(1n << BigInt(bitsOf(type) - 1)) : 0n);
const highest = (type: string) => lowest(type) + (1n << BigInt(bitsOf(type))) - 1n;
const clamp = (value: bigint, type: string) =>
  value < lowest(type) ? lowest(type) : value > highest(type) ? highest(type) : value;

describe.each(types)('cvt from %s', (from) => {
  const cases = combinations(integers, 1);

  it.each(types)('to %s cuts off or extends', (to) => {
    const text = `cvt.${to}.${from} %${fileOf(to)}d, %${fileOf(from)}a;`;
    const results = runInstruction(text, fileOf(to), cases);
    const expected = cases.map(([a]) => BigInt.asUintN(registerBits(to), typed(typed(a!, from), to)));
    expect(results).toEqual(expected);
  });

  it('with .sat to narrower types', () => {
    for (const to of types.filter((type) => bitsOf(type) <= bitsOf(from) && type !== from)) {
      const text = `cvt.sat.${to}.${from} %${fileOf(to)}d, %${fileOf(from)}a;`;
      if (from.endsWith('64')) {
        expect(() => runInstruction(text, fileOf(to), cases)).toThrow(`cvt.sat.${to}.${from}`);
        continue;
      }
      const expected = cases.map(([a]) => BigInt.asUintN(registerBits(to), clamp(typed(a!, from), to)));
      expect(runInstruction(text, fileOf(to), cases), text).toEqual(expected);
    }
  });

  it.each<[string, ExactFormat, ResultRegister]>([
    ['f32', binary32, 'f'],
    ['f16', binary16, 'h'],
    ['bf16', brain16, 'h'],
  ])('to %s rounds once', (to, format, file) => {
    for (const mode of ['rn', 'rz', 'rm', 'rp'] as const) {
      const results = runInstruction(`cvt.${mode}.${to}.${from} %${file}d, %${fileOf(from)}a;`, file, cases);
      for (const [i, [a]] of cases.entries()) {
        const numerator = typed(a!, from);
        const exact = numerator === 0n ? 0n : encodeRatio(format, { numerator, denominator: 1n }, mode);
        expect(results[i], `${mode} ${to} ${from} of ${numerator}`).toBe(exact);
      }
    }
  });
});

it('cvt to s8 fills a wider register with the sign', () => {
  expect(runInstruction('cvt.s8.s32 %wd, %wa;', 'w', [[0x80n], [0x7fn]])).toEqual([0xffff_ff80n, 0x7fn]);
  expect(runInstruction('cvt.s16.s8 %wd, %wa;', 'w', [[0x80n]])).toEqual([0xffff_ff80n]);
  expect(runInstruction('cvt.s8.s32 %hb, %wa;\ncvt.u32.u16 %wd, %hb;', 'w', [[0x80n]])).toEqual([0xff80n]);
});

describe('cvt of floats to integers', () => {
  const floats = [
    0n,
    0x8000_0000n,
    1n,
    0x8000_0001n,
    0x3f00_0000n,
    0x3f00_0001n,
    0xbf00_0000n,
    0x3fc0_0000n,
    0xbfc0_0000n,
    0x4020_0000n,
    0xc060_0000n,
    0x42ff_0000n,
    0x437f_8000n,
    0x46ff_ff00n,
    0x4b00_0001n,
    0x4eff_ffffn,
    0x4f00_0000n,
    0xcf00_0000n,
    0x4f7f_ffffn,
    0x4f80_0000n,
    0x5eff_ffffn,
    0x5f00_0000n,
    0xdf00_0000n,
    0x5f7f_ffffn,
    0x5f80_0000n,
    0x7f7f_ffffn,
  ];
  const rounded = (code: bigint, mode: string) => {
    const { numerator, denominator } = ratioOf(binary32, code);
    const floor = numerator / denominator - (numerator % denominator < 0n ? 1n : 0n);
    const rest = numerator - floor * denominator;
    if (rest === 0n || mode === 'rmi') return floor;
    if (mode === 'rpi') return floor + 1n;
    if (mode === 'rzi') return numerator < 0n ? floor + 1n : floor;
    const half = 2n * rest - denominator;
    return half > 0n || (half === 0n && floor % 2n !== 0n) ? floor + 1n : floor;
  };

  it.each(types)('%s', (to) => {
    const file = fileOf(to);
    for (const mode of ['rni', 'rzi', 'rmi', 'rpi']) {
      const results = runInstruction(`cvt.${mode}.${to}.f32 %${file}d, %fa;`, file, combinations(floats, 1));
      const expected = floats.map((code) => BigInt.asUintN(registerBits(to), clamp(rounded(code, mode), to)));
      expect(results, mode).toEqual(expected);
    }
  });

  it('takes infinities to the ends, and NaN to 0 or the sign bit', () => {
    const special = [[0x7f80_0000n], [0xff80_0000n], [0x7fc0_0000n]];
    const convert = (to: string) =>
      runInstruction(`cvt.rzi.${to}.f32 %${fileOf(to)}d, %fa;`, fileOf(to), special);
    expect(convert('s32')).toEqual([0x7fff_ffffn, 0x8000_0000n, 0n]);
    expect(convert('u32')).toEqual([0xffff_ffffn, 0n, 0n]);
    expect(convert('u16')).toEqual([0xffffn, 0n, 0n]);
    expect(convert('s64')).toEqual([2n ** 63n - 1n, 2n ** 63n, 2n ** 63n]);
    expect(convert('u64')).toEqual([2n ** 64n - 1n, 0n, 2n ** 63n]);
  });

  it('flushes subnormals before it rounds', () => {
    expect(runInstruction('cvt.rpi.u32.f32 %wd, %fa;', 'w', [[1n]])).toEqual([1n]);
    expect(runInstruction('cvt.rpi.ftz.u32.f32 %wd, %fa;', 'w', [[1n]])).toEqual([0n]);
  });

  it('takes halves', () => {
    expect(runInstruction('cvt.rzi.s32.f16 %wd, %ha;', 'w', [[0xc100n]])).toEqual([0xffff_fffen]);
    expect(runInstruction('cvt.rni.s16.f16 %hd, %ha;', 'h', [[0x4100n]])).toEqual([2n]);
    expect(runInstruction('cvt.rpi.s64.bf16 %xd, %ha;', 'x', [[0x3f81n]])).toEqual([2n]);
  });
});

describe('cvt between floats', () => {
  it.each<[string, string, bigint, bigint]>([
    ['rni.f32.f32', 'f', 0x4020_0000n, 0x4000_0000n],
    ['rni.f32.f32', 'f', 0xbe80_0000n, 0x8000_0000n],
    ['rpi.f32.f32', 'f', 0xbf00_0000n, 0x8000_0000n],
    ['rmi.f32.f32', 'f', 0xbf00_0000n, 0xbf80_0000n],
    ['rzi.f32.f32', 'f', 0x7f80_0000n, 0x7f80_0000n],
    ['rpi.f32.f32', 'f', 1n, 0x3f80_0000n],
    ['rpi.ftz.f32.f32', 'f', 1n, 0n],
    ['sat.f32.f32', 'f', 0x4000_0000n, 0x3f80_0000n],
    ['sat.f32.f32', 'f', 0x7fc0_0000n, 0n],
    ['ftz.f32.f32', 'f', 0x8000_0001n, 0x8000_0000n],
  ])('cvt.%s of %s%i', (name, _file, operand, expected) => {
    expect(runInstruction(`cvt.${name} %fd, %fa;`, 'f', [[operand]])).toEqual([expected]);
  });

  it('halves to float32 is exact', () => {
    const halves = [[0n], [0x8000n], [1n], [0x03ffn], [0x3c00n], [0xfbffn], [0x7c00n], [0xfc00n]];
    const exact = (format: ExactFormat) =>
      halves.slice(2, 6).map(([code]) => encodeRatio(binary32, ratioOf(format, code!), 'rn'));
    const f16 = runInstruction('cvt.f32.f16 %fd, %ha;', 'f', halves);
    expect(f16).toEqual([0n, 0x8000_0000n, ...exact(binary16), 0x7f80_0000n, 0xff80_0000n]);
    const bf16 = runInstruction('cvt.f32.bf16 %fd, %ha;', 'f', halves);
    expect(bf16).toEqual(halves.map(([code]) => code! << 16n));
  });

  const singles = [
    0x3f80_0001n,
    0x3f80_1000n,
    0x3f80_1001n,
    0x3f80_3000n,
    0x3f80_8000n,
    0x3f81_8000n,
    0xbf80_ffffn,
    0x7f7f_ffffn,
    0xff7f_ffffn,
    0x477f_efffn,
    0x477f_f000n,
    0x3300_0000n,
    0x3300_0001n,
    0x3380_0000n,
    0x387f_ffffn,
    0x0000_8001n,
    0x8000_0001n,
  ];
  it.each<[string, ExactFormat, readonly Mode[]]>([
    ['f16', binary16, ['rn', 'rz', 'rm', 'rp']],
    ['bf16', brain16, ['rn', 'rz', 'rm', 'rp']],
  ])('float32 to %s', (to, format, modes) => {
    for (const mode of modes) {
      const results = runInstruction(`cvt.${mode}.${to}.f32 %hd, %fa;`, 'h', combinations(singles, 1));
      expect(results, mode).toEqual(
        singles.map((code) => encodeRatio(format, ratioOf(binary32, code), mode)),
      );
    }
  });

  it.each<[string, bigint, bigint]>([
    ['rn.f16.f32', 0x7fc0_0000n, 0x7fffn],
    ['rn.f16.f32', 0xff80_0000n, 0xfc00n],
    ['rn.satfinite.f16.f32', 0xff80_0000n, 0xfbffn],
    ['rn.satfinite.bf16.f32', 0x7f80_0000n, 0x7f7fn],
    ['rn.relu.f16.f32', 0xbf80_0000n, 0n],
    ['rz.relu.bf16.f32', 0x7fc0_0000n, 0x7fffn],
    ['rn.relu.satfinite.f16.f32', 0x7f80_0000n, 0x7bffn],
  ])('cvt.%s of %i', (name, operand, expected) => {
    expect(runInstruction(`cvt.${name} %hd, %fa;`, 'h', [[operand]])).toEqual([expected]);
  });

  it('halves to integral halves', () => {
    expect(runInstruction('cvt.rni.bf16.bf16 %hd, %ha;', 'h', [[0x4020n], [0xbe80n]])).toEqual([
      0x4000n,
      0x8000n,
    ]);
    expect(runInstruction('cvt.rpi.f16.f16 %hd, %ha;', 'h', [[0x3c01n], [0x7c00n]])).toEqual([
      0x4000n,
      0x7c00n,
    ]);
  });
});

describe('cvt of pairs', () => {
  // 1.5 above, -2.75 below.
  const pair = [[0x3fc0_0000n, 0xc030_0000n]];

  it.each([
    ['rn.f16x2.f32', 0x3e00_c180n],
    ['rn.relu.f16x2.f32', 0x3e00_0000n],
    ['rn.bf16x2.f32', 0x3fc0_c030n],
    ['rz.bf16x2.f32', 0x3fc0_c030n],
    ['rn.relu.bf16x2.f32', 0x3fc0_0000n],
  ])('cvt.%s', (name, expected) => {
    expect(runInstruction(`cvt.${name} %wd, %fa, %fb;`, 'w', pair)).toEqual([expected]);
  });

  it.each([
    ['rn.satfinite.e4m3x2.f32', 0x3cc3n],
    ['rn.satfinite.relu.e4m3x2.f32', 0x3c00n],
    ['rn.satfinite.e5m2x2.f32', 0x3ec2n],
  ])('cvt.%s', (name, expected) => {
    expect(runInstruction(`cvt.${name} %hd, %fa, %fb;`, 'h', pair)).toEqual([expected]);
  });

  it('saturates fp8, and keeps NaN', () => {
    const ends = [
      [0x7f80_0000n, 0xff80_0000n],
      [0x7fc0_0000n, 0x47ff_ffffn],
    ];
    expect(runInstruction('cvt.rn.satfinite.e4m3x2.f32 %hd, %fa, %fb;', 'h', ends)).toEqual([
      0x7efen,
      0x7f7en,
    ]);
    expect(runInstruction('cvt.rn.satfinite.e5m2x2.f32 %hd, %fa, %fb;', 'h', ends)).toEqual([
      0x7bfbn,
      0x7f7bn,
    ]);
  });

  it('e4m3 to halves and back keeps every code', () => {
    const codes = Array.from({ length: 128 }, (_, i) => [BigInt(i | ((i | 0x80) << 8))]);
    const there = 'cvt.rn.f16x2.e4m3x2 %wd, %ha;';
    const back = runInstruction(`${there}\ncvt.rn.satfinite.e4m3x2.f16x2 %hd, %wd;`, 'h', codes);
    // Conversions give one NaN, without a sign.
    expect(back).toEqual(codes.map(([code]) => (code === 0xff7fn ? 0x7f7fn : code)));
    // 2^-9, 448, and 1.5.
    expect(runInstruction(there, 'w', [[0x7e01n], [0xbc3cn]])).toEqual([0x5f00_1800n, 0xbe00_3e00n]);
  });

  it('e5m2 is the upper half of a half', () => {
    const codes = [[0x7b01n], [0xfc3cn]];
    expect(runInstruction('cvt.rn.f16x2.e5m2x2 %wd, %ha;', 'w', codes)).toEqual([0x7b00_0100n, 0xfc00_3c00n]);
    expect(runInstruction('cvt.rn.satfinite.e5m2x2.f16x2 %hd, %wa;', 'h', [[0x7b7f_0081n]])).toEqual([
      0x7b01n,
    ]);
  });

  it.each([
    'cvt.rp.satfinite.ue8m0x2.f32 %hd, %fa, %fb;',
    'cvt.rn.e4m3x2.f32 %hd, %fa, %fb;',
    'cvt.rna.tf32.f32 %wd, %fa;',
    'cvt.rn.f32.f64 %fd, %xa;',
    'cvt.f16.f32 %hd, %fa;',
    'cvt.s32.f32 %wd, %fa;',
    'cvt.rn.s32.f32 %wd, %fa;',
    'cvt.rni.f16.f32 %hd, %fa;',
    'cvt.rn.f32.f16 %fd, %ha;',
  ])('refuses %s', (instruction) => {
    expect(() => runInstruction(instruction, 'w', [[0n]])).toThrow(
      `for ${instruction.split(' ')[0]} in line`,
    );
  });
});
