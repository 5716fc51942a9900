import { describe, expect, it } from 'vitest';
import { combinations, type ResultRegister, runInstruction } from '../testing/run-instruction.js';

const values = [
  0n,
  1n,
  0x80n,
  0xff01n,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  0x00f0_0000_0000_0000n,
  2n ** 63n,
  2n ** 64n - 1n,
  0x1234_5678_9abc_def1n,
];
/** Within a word, at its end, past it, and past what counts. */
const counts = [0n, 1n, 5n, 15n, 16n, 31n, 32n, 33n, 63n, 64n, 100n, 255n, 256n, 0xffff_ffffn];

/** The digits of a value, the most significant first. */
const digits = (value: bigint, bits: number) => BigInt.asUintN(bits, value).toString(2).padStart(bits, '0');
const fromDigits = (text: string) => (text === '' ? 0n : BigInt(`0b${text}`));

function check(
  instruction: string,
  result: ResultRegister,
  cases: readonly (readonly bigint[])[],
  expected: (...operands: bigint[]) => bigint,
): void {
  const results = runInstruction(instruction, result, cases);
  for (const [i, operands] of cases.entries()) {
    expect(results[i], `${instruction} of ${operands.map((x) => x.toString(16)).join(', ')}`).toBe(
      expected(...operands),
    );
  }
}

const single = combinations(values, 1);
const pairs = combinations(values, 2);
const shifts = values.flatMap((value) => counts.map((count) => [value, count]));
const fields = values.flatMap((value) => combinations(counts, 2).map((field) => [value, ...field]));

describe.each([
  [32, 'w'],
  [64, 'x'],
] as const)('in %i bits', (bits, file) => {
  it('popc, clz and brev', () => {
    const ones = (a: bigint) => BigInt(digits(a, bits).replaceAll('0', '').length);
    check(`popc.b${bits} %wd, %${file}a;`, 'w', single, ones);
    const zeros = (a: bigint) => BigInt(/^0*/.exec(digits(a, bits))![0].length);
    check(`clz.b${bits} %wd, %${file}a;`, 'w', single, zeros);
    const reversed = (a: bigint) => fromDigits([...digits(a, bits)].reverse().join(''));
    check(`brev.b${bits} %${file}d, %${file}a;`, file, single, reversed);
    check(`brev.b${bits} %${file}a, %${file}a;\nmov.b${bits} %${file}d, %${file}a;`, file, single, reversed);
  });

  it('bfind', () => {
    const find = (signed: boolean, asShift: boolean) => (a: bigint) => {
      const text = digits(a, bits);
      const place = text.indexOf(signed && text.startsWith('1') ? '0' : '1');
      if (place < 0) return 0xffff_ffffn;
      return BigInt(asShift ? place : bits - 1 - place);
    };
    for (const type of ['u', 's']) {
      check(`bfind.${type}${bits} %wd, %${file}a;`, 'w', single, find(type === 's', false));
      check(`bfind.shiftamt.${type}${bits} %wd, %${file}a;`, 'w', single, find(type === 's', true));
    }
  });

  it('bfe', () => {
    const extract = (signed: boolean) => (a: bigint, at: bigint, count: bigint) => {
      const [pos, len] = [Number(at & 255n), Number(count & 255n)];
      const text = [...digits(a, bits)].reverse();
      const sign = signed && len > 0 ? text[Math.min(pos + len - 1, bits - 1)]! : '0';
      const bit = (i: number) => (i < len && pos + i < bits ? text[pos + i]! : sign);
      return fromDigits(Array.from({ length: bits }, (_, i) => bit(bits - 1 - i)).join(''));
    };
    check(`bfe.u${bits} %${file}d, %${file}a, %wb, %wc;`, file, fields, extract(false));
    check(`bfe.s${bits} %${file}d, %${file}a, %wb, %wc;`, file, fields, extract(true));
  });

  it('bfi', () => {
    const insert = (b: bigint, at: bigint, count: bigint) => {
      const [pos, len] = [Number(at & 255n), Number(count & 255n)];
      const text = [...digits(b, bits)].reverse();
      for (let i = 0; i < len && pos + i < bits; i++) text[pos + i] = i % 2 === 0 ? '1' : '0';
      return fromDigits(text.reverse().join(''));
    };
    const pattern = bits === 32 ? 'mov.b32 %wd, 0x55555555;' : 'mov.b64 %xd, 0x5555555555555555;';
    check(`${pattern}\nbfi.b${bits} %${file}d, %${file}d, %${file}a, %wb, %wc;`, file, fields, insert);
  });

  it('and, or, xor, not, cnot', () => {
    const cut = (value: bigint) => BigInt.asUintN(bits, value);
    check(`and.b${bits} %${file}d, %${file}a, %${file}b;`, file, pairs, (a, b) => cut(a! & b!));
    check(`or.b${bits} %${file}d, %${file}a, %${file}b;`, file, pairs, (a, b) => cut(a! | b!));
    check(`xor.b${bits} %${file}d, %${file}a, %${file}b;`, file, pairs, (a, b) => cut(a! ^ b!));
    check(`not.b${bits} %${file}d, %${file}a;`, file, single, (a) => cut(-1n - a!));
    check(`cnot.b${bits} %${file}d, %${file}a;`, file, single, (a) => (cut(a!) === 0n ? 1n : 0n));
  });
});

describe('shifts', () => {
  it.each([
    [16, 'h'],
    [32, 'w'],
    [64, 'x'],
  ] as const)('of %i bits move everything out beyond the width', (bits, file) => {
    const cut = (value: bigint) => BigInt.asUintN(bits, value);
    const limit = (count: bigint) => (count > BigInt(bits) ? BigInt(bits) : count);
    check(`shl.b${bits} %${file}d, %${file}a, %wb;`, file, shifts, (a, n) => cut(a! << limit(n!)));
    check(`shr.u${bits} %${file}d, %${file}a, %wb;`, file, shifts, (a, n) => cut(a!) >> limit(n!));
    check(`shr.s${bits} %${file}d, %${file}a, %wb;`, file, shifts, (a, n) =>
      cut(BigInt.asIntN(bits, a!) >> limit(n!)),
    );
  });

  it('shf takes a word from two', () => {
    const wide = (a: bigint) => BigInt.asUintN(64, a);
    const cases = shifts.map(([value, count]) => [value!, 0n, count!]);
    const words = 'mov.b64 {%wa, %wb}, %xa;\n';
    for (const mode of ['wrap', 'clamp']) {
      const amount = (n: bigint) => (mode === 'wrap' ? n % 32n : n > 32n ? 32n : n);
      check(`${words}shf.l.${mode}.b32 %wd, %wa, %wb, %wc;`, 'w', cases, (a, _, n) =>
        BigInt.asUintN(32, (wide(a!) << amount(n!)) >> 32n),
      );
      check(`${words}shf.r.${mode}.b32 %wd, %wa, %wb, %wc;`, 'w', cases, (a, _, n) =>
        BigInt.asUintN(32, wide(a!) >> amount(n!)),
      );
    }
  });
});

describe('lop3', () => {
  const abc = [[0b1111_0000n, 0b1100_1100n, 0b1010_1010n]];

  it('gives its table back for the bits that number the entries', () => {
    for (const table of [0n, 0x80n, 0xfen, 0x40n, 0x1an, 0x96n, 0xcan]) {
      const results = runInstruction(`lop3.b32 %wd, %wa, %wb, %wc, ${table};`, 'w', abc);
      // Above the byte all three operands are zero: entry 0.
      expect(results).toEqual([table + (table % 2n === 1n ? 0xffff_ff00n : 0n)]);
    }
  });

  it('has the operations of the manual', () => {
    const cases = combinations([0n, 0xffff_ffffn, 0x1234_5678n, 0xf0f0_a5a5n], 3);
    check('lop3.b32 %wd, %wa, %wb, %wc, 0x80;', 'w', cases, (a, b, c) => a! & b! & c!);
    check('lop3.b32 %wd, %wa, %wb, %wc, 0x1A;', 'w', cases, (a, b, c) => ((a! & b!) | c!) ^ a!);
  });
});

describe('prmt', () => {
  const operands = [0x4433_2291n, 0x8877_66f5n];
  it.each([
    [0x3210n, 0x4433_2291n],
    [0x7654n, 0x8877_66f5n],
    [0x0123n, 0x9122_3344n],
    [0x5140n, 0x6622_f591n],
    [0xcba8n, 0xff00_00ffn],
    [0xf000n, 0xff91_9191n],
    [0x1_3210n, 0x4433_2291n],
  ])('by 0x%s', (control, expected) => {
    expect(runInstruction('prmt.b32 %wd, %wa, %wb, %wc;', 'w', [[...operands, control]])).toEqual([expected]);
  });
});

describe('mov packs and unpacks', () => {
  it('halves of words and of longs', () => {
    const value = [[0x1122_3344_5566_7788n, 0xdead_beefn]];
    expect(runInstruction('mov.b32 %wd, {%ha, %hb};', 'w', value)).toEqual([0xbeef_7788n]);
    expect(runInstruction('mov.b32 {%hd, _}, %wa;', 'h', value)).toEqual([0x7788n]);
    expect(runInstruction('mov.b32 {_, %hd}, %wa;', 'h', value)).toEqual([0x5566n]);
    expect(runInstruction('mov.b64 {_, %wd}, %xa;', 'w', value)).toEqual([0x1122_3344n]);
    expect(runInstruction('mov.b64 {%ha, %hb, %hc, %hd}, %xa;', 'h', value)).toEqual([0x1122n]);
    const packed = 'mov.b64 {%ha, %hb, %hc, %hd}, %xa;\nmov.b64 %xd, {%hc, %ha, %hd, %hb};';
    expect(runInstruction(packed, 'x', value)).toEqual([0x5566_1122_7788_3344n]);
  });

  it('a register into itself', () => {
    const value = [[0x1122_3344_5566_7788n]];
    const swap = 'mov.b64 {%wa, %wb}, %xa;\nmov.b64 %xa, {%wb, %wa};\nmov.b64 %xd, %xa;';
    expect(runInstruction(swap, 'x', value)).toEqual([0x5566_7788_1122_3344n]);
  });
});
