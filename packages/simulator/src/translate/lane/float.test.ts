import { describe, expect, it } from 'vitest';
import {
  add,
  binary16,
  binary32,
  brain16,
  divide,
  type ExactFormat,
  encodeRatio,
  type Mode,
  multiply,
  type Ratio,
  ratioOf,
} from '../testing/exact-floats.js';
import { combinations, runInstruction } from '../testing/run-instruction.js';

const modes: readonly Mode[] = ['rn', 'rz', 'rm', 'rp'];

/** Not zero: what a zero result's sign is, is told by hand below. */
const singles = [
  0x3f80_0000n,
  0xbf80_0001n,
  0x3f7f_ffffn,
  0x3f80_0003n,
  0x3380_0000n,
  0xb380_0001n,
  0x0000_0001n,
  0x8000_0003n,
  0x007f_ffffn,
  0x0080_0000n,
  0x8080_0001n,
  0x7f7f_ffffn,
  0xff7f_fffen,
  0x5f12_3456n,
  0x2040_0001n,
  0xc2f6_e979n,
];
const halves16 = [
  0x3c00n,
  0xbc01n,
  0x3bffn,
  0x0001n,
  0x8003n,
  0x03ffn,
  0x0400n,
  0x7bffn,
  0xfbfen,
  0x1400n,
  0x6789n,
];
const halvesBrain = [
  0x3f80n,
  0xbf81n,
  0x3f7fn,
  0x0001n,
  0x8003n,
  0x007fn,
  0x0080n,
  0x7f7fn,
  0xff7en,
  0x3b80n,
  0x2345n,
];

function checkExact(
  instruction: string,
  file: 'f' | 'h',
  format: ExactFormat,
  cases: readonly (readonly bigint[])[],
  mode: Mode,
  exact: (...operands: Ratio[]) => Ratio,
): void {
  const sources = cases[0]!.map((_, i) => `%${file}${'abc'[i]}`).join(', ');
  const results = runInstruction(`${instruction} %${file}d, ${sources};`, file, cases);
  for (const [i, operands] of cases.entries()) {
    const value = exact(...operands.map((code) => ratioOf(format, code)));
    if (value.numerator === 0n) continue;
    expect(results[i], `${instruction} of ${operands.map((x) => x.toString(16)).join(', ')}`).toBe(
      encodeRatio(format, value, mode),
    );
  }
}

const negated = ({ numerator, denominator }: Ratio): Ratio => ({ numerator: -numerator, denominator });

describe.each(modes)('float32 with .%s', (mode) => {
  const pairs = combinations(singles, 2);

  it('add, sub, mul', () => {
    checkExact(`add.${mode}.f32`, 'f', binary32, pairs, mode, add);
    checkExact(`sub.${mode}.f32`, 'f', binary32, pairs, mode, (a, b) => add(a, negated(b)));
    checkExact(`mul.${mode}.f32`, 'f', binary32, pairs, mode, multiply);
  });

  it('fma rounds once', () => {
    const triples = combinations(singles.slice(0, 11), 3);
    checkExact(`fma.${mode}.f32`, 'f', binary32, triples, mode, (a, b, c) => add(multiply(a, b), c));
  });

  it('div and rcp', () => {
    checkExact(`div.${mode}.f32`, 'f', binary32, pairs, mode, divide);
    const one = { numerator: 1n, denominator: 1n };
    checkExact(`rcp.${mode}.f32`, 'f', binary32, combinations(singles, 1), mode, (a) => divide(one, a));
  });

  it('sqrt lies between the squares', () => {
    const positive = combinations(
      singles.filter((code) => code < 0x8000_0000n),
      1,
    );
    const results = runInstruction(`sqrt.${mode}.f32 %fd, %fa;`, 'f', positive);
    for (const [i, [code]] of positive.entries()) {
      const value = ratioOf(binary32, code!);
      const side = (root: bigint) => {
        const { numerator, denominator } = multiply(ratioOf(binary32, root), ratioOf(binary32, root));
        return numerator * value.denominator - value.numerator * denominator;
      };
      const root = results[i]!;
      if (mode === 'rp') expect(side(root) >= 0n && side(root - 1n) < 0n).toBe(true);
      else if (mode !== 'rn') expect(side(root) <= 0n && side(root + 1n) > 0n).toBe(true);
      else expect(side(root - 1n) < 0n && side(root + 1n) > 0n).toBe(true);
    }
  });
});

describe('float32 at its ends', () => {
  const [inf, minusInf, nan, zero, minusZero, one, largest] = [
    0x7f80_0000n,
    0xff80_0000n,
    0x7fc0_0000n,
    0n,
    0x8000_0000n,
    0x3f80_0000n,
    0x7f7f_ffffn,
  ];
  it.each<[string, bigint[], bigint]>([
    ['add.rn.f32', [one, one | minusZero], zero],
    ['add.rm.f32', [one, one | minusZero], minusZero],
    ['add.rm.f32', [zero, minusZero], minusZero],
    ['add.rm.f32', [zero, zero], zero],
    ['add.rz.f32', [minusZero, minusZero], minusZero],
    ['sub.rm.f32', [one, one], minusZero],
    ['add.rz.f32', [inf, one], inf],
    ['mul.rz.f32', [largest, largest], largest],
    ['mul.rm.f32', [largest, largest], largest],
    ['mul.rp.f32', [largest, largest], inf],
    ['mul.rp.f32', [largest, largest | minusZero], largest | minusZero],
    ['mul.rz.f32', [1n, 1n], zero],
    ['mul.rp.f32', [1n, 1n], 1n],
    ['mul.rm.f32', [1n, 1n | minusZero], 1n | minusZero],
    ['div.rz.f32', [one, zero], inf],
    ['div.rp.f32', [one, inf], zero],
    ['div.rm.f32', [inf, one | minusZero], minusInf],
    ['div.approx.f32', [one, 0x7f00_0000n], zero],
    ['div.approx.f32', [one, 0xff00_0000n], minusZero],
    ['div.approx.f32', [0x4040_0000n, 0x4000_0000n], 0x3fc0_0000n],
    ['div.full.f32', [one, 0x7f00_0000n], 0x0040_0000n],
    ['div.full.ftz.f32', [one, 0x7f00_0000n], zero],
    ['add.ftz.f32', [1n, 1n], zero],
    ['add.ftz.f32', [0x8000_0001n, minusZero], minusZero],
    ['add.ftz.f32', [0x0080_0000n, 0x0080_0000n], 0x0100_0000n],
    ['sub.ftz.f32', [0x00c0_0000n, 0x0080_0000n], zero],
    ['mul.rn.ftz.f32', [0x0080_0000n, 0x3f00_0000n], zero],
    ['mul.f32', [0x0080_0000n, 0x3f00_0000n], 0x0040_0000n],
    ['add.sat.f32', [one, one], one],
    ['add.sat.f32', [one, nan], zero],
    ['sub.sat.f32', [zero, one], zero],
    ['mul.ftz.sat.f32', [0x3f00_0000n, 0x3f00_0000n], 0x3e80_0000n],
    ['min.f32', [nan, one], one],
    ['max.f32', [one, nan], one],
    ['min.f32', [zero, minusZero], minusZero],
    ['max.f32', [minusZero, zero], zero],
    ['max.NaN.f32', [one, nan], 0x7fff_ffffn],
    ['min.NaN.f32', [one, inf], one],
    ['max.ftz.f32', [1n, minusZero], zero],
    ['copysign.f32', [one, nan | minusZero], nan],
    ['copysign.f32', [minusInf, one], one | minusZero],
  ])('%s of %o', (instruction, operands, expected) => {
    const sources = instruction.startsWith('fma') ? '%fa, %fb, %fc' : '%fa, %fb';
    expect(runInstruction(`${instruction} %fd, ${sources};`, 'f', [operands])).toEqual([expected]);
  });

  it.each<[string, bigint, bigint]>([
    ['abs.f32', 0xffc1_2345n, 0x7fff_ffffn],
    ['abs.ftz.f32', 0x8000_0001n, 0n],
    ['neg.f32', 0x7fc1_2345n, 0x7fff_ffffn],
    ['neg.ftz.f32', 1n, 0x8000_0000n],
    ['neg.ftz.f32', 0x7fc1_2345n, 0x7fff_ffffn],
    ['sqrt.rn.f32', 0x8000_0000n, 0x8000_0000n],
    ['sqrt.approx.f32', 0x4110_0000n, 0x4040_0000n],
    ['rcp.approx.ftz.f32', 1n, 0x7f80_0000n],
    ['rcp.approx.ftz.f32', 0xc000_0000n, 0xbf00_0000n],
    ['rsqrt.approx.f32', 0x4080_0000n, 0x3f00_0000n],
    ['rsqrt.approx.f32', 0x8000_0000n, 0xff80_0000n],
    ['rsqrt.approx.ftz.f32', 1n, 0x7f80_0000n],
    ['ex2.approx.f32', 0x4040_0000n, 0x4100_0000n],
    ['ex2.approx.f32', 0xff80_0000n, 0n],
    ['ex2.approx.f32', 0x8000_0000n, 0x3f80_0000n],
    ['ex2.approx.f32', 0xc300_0000n, 0x0020_0000n],
    ['ex2.approx.ftz.f32', 0xc300_0000n, 0n],
    ['ex2.approx.ftz.f32', 0x3f00_0000n, 0x3fb5_04f3n],
    ['lg2.approx.f32', 0x4100_0000n, 0x4040_0000n],
    ['lg2.approx.f32', 1n, 0xc315_0000n],
    ['lg2.approx.ftz.f32', 1n, 0xff80_0000n],
    ['lg2.approx.f32', 0x8000_0000n, 0xff80_0000n],
  ])('%s of %i', (instruction, operand, expected) => {
    expect(runInstruction(`${instruction} %fd, %fa;`, 'f', [[operand]])).toEqual([expected]);
  });

  it('testp tells the kinds apart', () => {
    const kinds = [
      zero,
      minusZero,
      1n,
      0x807f_ffffn,
      0x0080_0000n,
      largest,
      inf,
      minusInf,
      nan,
      0xff80_0001n,
    ];
    const test = (property: string) =>
      runInstruction(`testp.${property}.f32 %pd, %fa;`, 'p', combinations(kinds, 1)).join('');
    expect(test('finite')).toBe('1111110000');
    expect(test('infinite')).toBe('0000001100');
    expect(test('number')).toBe('1111111100');
    expect(test('notanumber')).toBe('0000000011');
    expect(test('normal')).toBe('1100110000');
    expect(test('subnormal')).toBe('0011000000');
  });

  it.each(['sin.approx.f32', 'tanh.approx.f32', 'min.xorsign.abs.f32', 'fma.f32', 'add.f64', 'rcp.f32'])(
    'refuses %s',
    (instruction) => {
      const text = `${instruction} %fd, %fa, %fb, %fc;`;
      expect(() => runInstruction(text, 'f', [[0n]])).toThrow(`for ${instruction} in line`);
    },
  );
});

describe.each([
  ['f16', binary16, halves16],
  ['bf16', brain16, halvesBrain],
] as const)('%s', (type, format, codes) => {
  it('add, sub, mul', () => {
    const pairs = combinations(codes, 2);
    checkExact(`add.${type}`, 'h', format, pairs, 'rn', add);
    checkExact(`add.rn.${type}`, 'h', format, pairs, 'rn', add);
    checkExact(`sub.${type}`, 'h', format, pairs, 'rn', (a, b) => add(a, negated(b)));
    checkExact(`mul.${type}`, 'h', format, pairs, 'rn', multiply);
  });

  it('fma rounds once', () => {
    checkExact(`fma.rn.${type}`, 'h', format, combinations(codes, 3), 'rn', (a, b, c) =>
      add(multiply(a, b), c),
    );
  });

  it('takes both halves of a pair', () => {
    for (const name of ['add', 'mul', 'sub', 'max', 'min']) {
      const text = `mov.b32 %we, {%ha, %hb};\nmov.b32 %wd, {%hb, %hc};\n${name}.${type}x2 %wd, %we, %wd;`;
      const cases = combinations(codes.slice(0, 6), 3);
      const both = runInstruction(text, 'w', cases);
      const lower = runInstruction(`${name}.${type} %hd, %ha, %hb;`, 'h', cases);
      const upper = runInstruction(`${name}.${type} %hd, %hb, %hc;`, 'h', cases);
      expect(both).toEqual(lower.map((low, i) => low | (upper[i]! << 16n)));
    }
  });
});

describe('halves at their ends', () => {
  it.each<[string, bigint[], bigint]>([
    ['add.f16', [0x7bffn, 0x7bffn], 0x7c00n],
    ['add.f16', [0x3c00n, 0xbc00n], 0n],
    ['add.f16', [0x8000n, 0x8000n], 0x8000n],
    ['add.f16', [0x7c00n, 0xfc00n], 0x7fffn],
    ['add.sat.f16', [0x3c00n, 0x3c00n], 0x3c00n],
    ['add.sat.f16', [0xbc00n, 0n], 0n],
    ['add.sat.f16', [0x7e00n, 0n], 0n],
    ['mul.bf16', [0x7f80n, 0n], 0x7fffn],
    // 1 + 2^-8 is a tie, which a far smaller term decides; float64 does not hold both.
    ['fma.rn.bf16', [0x3f80n, 0x3f81n, 0x3b80n], 0x3f82n],
    ['fma.rn.bf16', [0x0080n, 0x0080n, 0x3f80n], 0x3f80n],
    ['fma.rn.relu.bf16', [0x3f80n, 0xbf80n, 0n], 0n],
    ['fma.rn.relu.f16', [0x3c00n, 0x7e00n, 0n], 0x7fffn],
    ['fma.rn.sat.f16', [0x4000n, 0x4000n, 0n], 0x3c00n],
    ['max.bf16', [0x7fc0n, 0x3f80n], 0x3f80n],
    ['max.NaN.bf16', [0x7fc0n, 0x3f80n], 0x7fffn],
    ['min.f16', [0n, 0x8000n], 0x8000n],
    ['max.f16', [0x8000n, 0n], 0n],
    ['max.f16', [0x7e00n, 0xfe00n], 0x7fffn],
    ['min.bf16', [0xff80n, 0x3f80n], 0xff80n],
  ])('%s of %o', (instruction, operands, expected) => {
    const sources = operands.map((_, i) => `%h${'abc'[i]}`).join(', ');
    expect(runInstruction(`${instruction} %hd, ${sources};`, 'h', [operands])).toEqual([expected]);
  });

  it('neg and abs change the sign only', () => {
    const pair = [[0x7fc1_8002n]];
    expect(runInstruction('neg.bf16x2 %wd, %wa;', 'w', pair)).toEqual([0xffc1_0002n]);
    expect(runInstruction('abs.f16x2 %wd, %wa;', 'w', pair)).toEqual([0x7fc1_0002n]);
    expect(runInstruction('neg.f16 %hd, %ha;', 'h', pair)).toEqual([0x0002n]);
    expect(runInstruction('abs.bf16 %hd, %ha;', 'h', pair)).toEqual([0x0002n]);
  });

  it.each(['add.ftz.f16', 'add.sat.bf16', 'tanh.approx.bf16', 'ex2.approx.ftz.bf16', 'min.xorsign.abs.f16'])(
    'refuses %s',
    (instruction) => {
      expect(() => runInstruction(`${instruction} %hd, %ha, %hb;`, 'h', [[0n]])).toThrow(instruction);
    },
  );
});
