import { describe, expect, it } from 'vitest';
import { fusedMultiplyAdd } from './fused-multiply-add.js';
import { LongArithmetic } from './long-arithmetic.js';
import { roundToBfloat16, roundToE4m3 } from './narrow-floats.js';
import { bitFieldExtract, bitFieldInsert, clampInteger } from './word-arithmetic.js';

/** Words at the edges, and others without a pattern. */
const words = [0, 1, -1, 2, 0x7fffffff, -0x80000000, 0xffff, 0x10000, -65536, 0x12345678, -0x6789abcd];
const long = (low: number, high: number) => (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0);

describe('LongArithmetic', () => {
  const a64 = new LongArithmetic();
  const result = () => long(a64.low, a64.high);

  it('multiplies words to longs', () => {
    for (const a of words) {
      for (const b of words) {
        a64.multiplyWideUnsigned(a, b);
        expect(result(), `${a} * ${b}`).toBe(BigInt(a >>> 0) * BigInt(b >>> 0));
        a64.multiplyWideSigned(a, b);
        expect(result(), `${a} * ${b}`).toBe(BigInt.asUintN(64, BigInt(a | 0) * BigInt(b | 0)));
      }
    }
  });

  it('multiplies longs', () => {
    for (const [al, ah] of words.map((word, i) => [word, words[(i * 7 + 3) % words.length]!] as const)) {
      for (const [bl, bh] of words.map((word, i) => [word, words[(i * 5 + 2) % words.length]!] as const)) {
        a64.multiply(al, ah, bl, bh);
        expect(result()).toBe(BigInt.asUintN(64, long(al, ah) * long(bl, bh)));
      }
    }
  });

  it('shifts by any count', () => {
    for (const low of words) {
      for (const high of words) {
        for (const count of [0, 1, 5, 31, 32, 33, 63, 64, 100]) {
          const value = long(low, high);
          a64.shiftLeft(low, high, count);
          expect(result()).toBe(BigInt.asUintN(64, value << BigInt(count)));
          a64.shiftRight(low, high, count, false);
          expect(result()).toBe(value >> BigInt(count));
          a64.shiftRight(low, high, count, true);
          expect(result()).toBe(BigInt.asUintN(64, BigInt.asIntN(64, value) >> BigInt(count)));
        }
      }
    }
  });
});

describe('word arithmetic', () => {
  it('inserts and extracts bit fields', () => {
    expect(bitFieldInsert(0xff, 0, 4, 8)).toBe(0xff0);
    expect(bitFieldInsert(0, -1, 4, 8)).toBe(~0xff0);
    expect(bitFieldInsert(0x1234, 0x5678, 0, 32)).toBe(0x1234);
    expect(bitFieldInsert(1, 7, 40, 3)).toBe(7);
    expect(bitFieldExtract(0xabc, 4, 4)).toBe(0xb);
    expect(bitFieldExtract(-1, 28, 8)).toBe(0xf);
    expect(bitFieldExtract(-1, 3, 0)).toBe(0);
  });

  it('clamps to integers with the ends as limits', () => {
    const toUnsigned = (value: number) => clampInteger(Math.trunc(value), 0, 4294967295);
    expect([3.9, -1, Number.NaN, 1e20, 4294967295].map(toUnsigned)).toEqual([3, 0, 0, -1, -1]);
  });
});

describe('fusedMultiplyAdd', () => {
  it('rounds once where rounding twice would go the other way', () => {
    // 1 + 2^-24 is the middle between two float32; the last term decides.
    const half = 2 ** -24;
    expect(fusedMultiplyAdd(1, 1, half)).toBe(1);
    const justAbove = Math.fround(1 + 2 ** -23);
    expect(fusedMultiplyAdd(half, justAbove, 1)).toBe(justAbove);
    // 2^-24 - 2^-54: float64 loses the last term and lands on the middle between two float32, from where it goes up.
    const [a, b, c] = [2 ** -12 * (1 + 2 ** -15), 2 ** -12 * (1 - 2 ** -15), 1 + 2 ** -23];
    expect(Math.fround(a * b + c)).toBe(1 + 2 ** -22);
    expect(fusedMultiplyAdd(a, b, c)).toBe(1 + 2 ** -23);
    expect(fusedMultiplyAdd(-a, b, -c)).toBe(-(1 + 2 ** -23));
  });

  it('agrees with exact integers', () => {
    for (let i = 0; i < 2000; i++) {
      const [a, b, c] = [(i * 7919) % 4096, (i * 104729) % 4096, ((i * 1299709) % 8388608) - 4194304];
      expect(fusedMultiplyAdd(a, b, c)).toBe(Math.fround(a * b + c));
    }
  });

  it('keeps infinities and NaN', () => {
    expect(fusedMultiplyAdd(Number.POSITIVE_INFINITY, 1, 1)).toBe(Number.POSITIVE_INFINITY);
    expect(fusedMultiplyAdd(Number.POSITIVE_INFINITY, 0, 1)).toBeNaN();
    expect(fusedMultiplyAdd(3e38, 3e38, 0)).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('narrow floats', () => {
  const bitsOf = (value: number) => new Int32Array(new Float32Array([value]).buffer)[0]!;

  it('rounds to bfloat16 with ties to even', () => {
    expect(roundToBfloat16(bitsOf(1))).toBe(0x3f80);
    expect(roundToBfloat16(bitsOf(1 + 2 ** -8))).toBe(0x3f80);
    expect(roundToBfloat16(bitsOf(1 + 3 * 2 ** -8))).toBe(0x3f82);
    expect(roundToBfloat16(bitsOf(-1 - 2 ** -8 - 2 ** -20))).toBe(0xbf81);
    expect(roundToBfloat16(0x7f800001)).toBe(0x7fff);
    expect(roundToBfloat16(bitsOf(Number.POSITIVE_INFINITY))).toBe(0x7f80);
  });

  it('finds every e4m3 code and rounds what lies between', () => {
    const decode = (code: number) => {
      const exponent = (code >> 3) & 15;
      const fraction = code & 7;
      return exponent === 0 ? fraction * 2 ** -9 : (1 + fraction / 8) * 2 ** (exponent - 7);
    };
    for (let code = 0; code < 0x7f; code++) {
      expect(roundToE4m3(decode(code))).toBe(code);
      expect(roundToE4m3(-decode(code))).toBe(code | 0x80);
      if (code === 0x7e) continue;
      const middle = (decode(code) + decode(code + 1)) / 2;
      expect(roundToE4m3(middle)).toBe(code % 2 === 0 ? code : code + 1);
      expect(roundToE4m3(middle * (1 + 2 ** -20))).toBe(code + 1);
    }
    expect(roundToE4m3(1e9)).toBe(0x7e);
    expect(roundToE4m3(Number.NEGATIVE_INFINITY)).toBe(0xfe);
    expect(roundToE4m3(Number.NaN)).toBe(0x7f);
  });
});
