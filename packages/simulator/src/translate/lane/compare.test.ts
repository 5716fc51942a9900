import { describe, expect, it } from 'vitest';
import { combinations, runInstruction } from '../testing/run-instruction.js';

const values = [
  0n,
  1n,
  0x7fffn,
  0x8000n,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  2n ** 32n,
  2n ** 63n,
  2n ** 64n - 1n,
];
const pairs = combinations(values, 2);
const orders: Readonly<Record<string, (a: bigint, b: bigint) => boolean>> = {
  eq: (a, b) => a === b,
  ne: (a, b) => a !== b,
  lt: (a, b) => a < b,
  le: (a, b) => a <= b,
  gt: (a, b) => a > b,
  ge: (a, b) => a >= b,
  lo: (a, b) => a < b,
  ls: (a, b) => a <= b,
  hi: (a, b) => a > b,
  hs: (a, b) => a >= b,
};
const fileOf = (bits: number) => (bits === 16 ? 'h' : bits === 32 ? 'w' : 'x');

describe('setp of integers', () => {
  it.each(['u16', 's16', 'b16', 'u32', 's32', 'b32', 'u64', 's64', 'b64'])('%s', (type) => {
    const bits = Number(type.slice(1));
    const as = type.startsWith('s') ? BigInt.asIntN : BigInt.asUintN;
    const names = type.startsWith('b') ? ['eq', 'ne'] : ['eq', 'ne', 'lt', 'le', 'gt', 'ge'];
    for (const name of type.startsWith('u') ? [...names, 'lo', 'ls', 'hi', 'hs'] : names) {
      const file = fileOf(bits);
      const results = runInstruction(`setp.${name}.${type} %pd, %${file}a, %${file}b;`, 'p', pairs);
      const expected = pairs.map(([a, b]) => BigInt(orders[name]!(as(bits, a!), as(bits, b!))));
      expect(results, name).toEqual(expected);
    }
  });

  it.each(['setp.lt.b32', 'setp.hi.s32', 'setp.equ.u32'])('refuses %s', (instruction) => {
    expect(() => runInstruction(`${instruction} %pd, %wa, %wb;`, 'p', [[0n]])).toThrow(
      'modifiers that are implemented',
    );
  });
});

describe('setp with a boolean operation', () => {
  // %wa below %wb in lanes 0 and 1; %wc not 0 in lanes 0 and 2.
  const cases = [
    [1n, 2n, 1n],
    [1n, 2n, 0n],
    [2n, 1n, 1n],
    [2n, 1n, 0n],
  ];
  const third = 'setp.ne.s32 %pc, %wc, 0;\n';
  it.each([
    ['and', '%pc', [1, 0, 0, 0], [0, 0, 1, 0]],
    ['or', '%pc', [1, 1, 1, 0], [1, 0, 1, 1]],
    ['xor', '%pc', [0, 1, 1, 0], [1, 0, 0, 1]],
    ['and', '!%pc', [0, 1, 0, 0], [0, 0, 0, 1]],
  ])('.%s with %s', (operation, predicate, first, second) => {
    const compare = `${third}setp.lt.${operation}.s32`;
    const run = (targets: string) =>
      runInstruction(`${compare} ${targets}, %wa, %wb, ${predicate};`, 'p', cases);
    expect(run('%pd')).toEqual(first.map(BigInt));
    expect(run('%pd|%pe')).toEqual(first.map(BigInt));
    expect(run('%pe|%pd')).toEqual(second.map(BigInt));
    expect(run('_|%pd')).toEqual(second.map(BigInt));
  });

  it('may write the predicate that it reads', () => {
    const text = `${third}setp.lt.and.s32 %pc|%pd, %wa, %wb, %pc;`;
    expect(runInstruction(text, 'p', cases)).toEqual([0n, 0n, 1n, 0n]);
  });

  it('gives the complement without one', () => {
    expect(runInstruction('setp.lt.s32 %pa|%pd, %wa, %wb;', 'p', cases)).toEqual([0n, 0n, 1n, 1n]);
  });
});

describe('setp of floats', () => {
  const [nan, inf, one, tiny, zero, minusZero] = [
    0x7fc0_0000n,
    0x7f80_0000n,
    0x3f80_0000n,
    1n,
    0n,
    0x8000_0000n,
  ];
  it.each([
    ['eq', [one, one], 1n],
    ['eq', [zero, minusZero], 1n],
    ['eq', [nan, nan], 0n],
    ['ne', [nan, one], 0n],
    ['ne', [one, inf], 1n],
    ['neu', [nan, one], 1n],
    ['equ', [nan, one], 1n],
    ['lt', [one, nan], 0n],
    ['ltu', [one, nan], 1n],
    ['ltu', [inf, one], 0n],
    ['ge', [inf, one], 1n],
    ['geu', [one, inf], 0n],
    ['gt', [tiny, zero], 1n],
    ['gt.ftz', [tiny, zero], 0n],
    ['num', [one, inf], 1n],
    ['num', [one, nan], 0n],
    ['nan', [nan, one], 1n],
    ['nan', [one, one], 0n],
  ] as const)('setp.%s.f32 of %o', (name, operands, expected) => {
    expect(runInstruction(`setp.${name}.f32 %pd, %fa, %fb;`, 'p', [operands])).toEqual([expected]);
  });

  it.each([
    ['lt.f16', [0x3c00n, 0x4000n], 1n],
    ['lt.f16', [0xbc00n, 0x8001n], 1n],
    ['gt.f16', [0x7c00n, 0x7bffn], 1n],
    ['eq.f16', [0x7e00n, 0x7e00n], 0n],
    ['lt.bf16', [0x3f80n, 0x3f81n], 1n],
    ['equ.bf16', [0x7fc0n, 0n], 1n],
    ['lt.bf16', [0xff80n, 0n], 1n],
  ] as const)('setp.%s of %o', (name, operands, expected) => {
    expect(runInstruction(`setp.${name} %pd, %ha, %hb;`, 'p', [operands])).toEqual([expected]);
  });
});

describe('set, selp and slct', () => {
  const order = [
    [1n, 2n],
    [2n, 1n],
  ];

  it('set gives all ones or 1.0', () => {
    expect(runInstruction('set.lt.u32.s32 %wd, %wa, %wb;', 'w', order)).toEqual([0xffff_ffffn, 0n]);
    expect(runInstruction('set.lt.f32.s32 %fd, %wa, %wb;', 'f', order)).toEqual([0x3f80_0000n, 0n]);
    const combined = 'setp.eq.s32 %pa, %wa, 2;\nset.lt.or.u32.u64 %wd, %xa, %xb, %pa;';
    expect(runInstruction(combined, 'w', order)).toEqual([0xffff_ffffn, 0xffff_ffffn]);
    // 1 and 2 against 1 and 1, in both formats.
    const halves = (type: string, operands: bigint[]) =>
      runInstruction(`set.eq.${type}.${type} %wd, %wa, %wb;`, 'w', [operands]);
    expect(halves('bf16x2', [0x3f80_4000n, 0x3f80_3f80n])).toEqual([0x3f80_0000n]);
    expect(halves('f16x2', [0x4000_3c00n, 0x3c00_3c00n])).toEqual([0x3c00n]);
    expect(() => runInstruction('set.eq.u32.bf16 %wd, %ha, %hb;', 'w', order)).toThrow('set.eq.u32.bf16');
  });

  it('selp chooses by a predicate', () => {
    const values = [
      [2n ** 63n + 1n, 3n, 1n],
      [2n ** 63n + 1n, 3n, 0n],
    ];
    const choose = (type: string, file: string) =>
      runInstruction(
        `setp.ne.s32 %pa, %wc, 0;\nselp.${type} %${file}d, %${file}a, %${file}b, %pa;`,
        file as 'x',
        values,
      );
    expect(choose('b64', 'x')).toEqual([2n ** 63n + 1n, 3n]);
    expect(choose('f64', 'x')).toEqual([2n ** 63n + 1n, 3n]);
    expect(choose('b32', 'w')).toEqual([1n, 3n]);
    expect(choose('u16', 'h')).toEqual([1n, 3n]);
  });

  it('slct chooses by a sign', () => {
    const by = (c: bigint) => [10n, 20n, c];
    const signs = [by(0n), by(1n), by(0x8000_0000n), by(0xffff_ffffn)];
    expect(runInstruction('slct.b32.s32 %wd, %wa, %wb, %wc;', 'w', signs)).toEqual([10n, 10n, 20n, 20n]);
    expect(runInstruction('slct.u64.s32 %xd, %xa, %xb, %wc;', 'x', signs)).toEqual([10n, 10n, 20n, 20n]);
    const floats = [by(0n), by(0x8000_0000n), by(0xbf80_0000n), by(0x7fc0_0000n), by(0x7f80_0000n)];
    expect(runInstruction('slct.b32.f32 %wd, %wa, %wb, %fc;', 'w', floats)).toEqual([
      10n,
      10n,
      20n,
      20n,
      10n,
    ]);
  });
});

describe('isspacep', () => {
  it('tells the windows apart', () => {
    const ask = (space: string, address: string) =>
      runInstruction(`${address}\nisspacep.${space} %pd, %xd;`, 'p', [[0n]])[0];
    const [ofGlobal, ofShared, ofParameter] = [
      'mov.b64 %xd, %xin;',
      '.shared .align 4 .b8 room[16];\nmov.u64 %xd, room;\ncvta.shared.u64 %xd, %xd;',
      'mov.b64 %xd, in;\ncvta.param.u64 %xd, %xd;',
    ];
    expect([ofGlobal, ofShared, ofParameter].map((text) => ask('global', text))).toEqual([1n, 0n, 1n]);
    expect([ofGlobal, ofShared, ofParameter].map((text) => ask('shared::cluster', text))).toEqual([
      0n,
      1n,
      0n,
    ]);
    expect([ofGlobal, ofShared, ofParameter].map((text) => ask('param', text))).toEqual([0n, 0n, 1n]);
    expect(() => ask('shared', ofShared)).toThrow('isspacep.shared');
  });
});
