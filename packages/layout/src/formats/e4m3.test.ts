import { describe, expect, it } from 'vitest';
import { decodeE4m3, e4m3ToFloat32Array, encodeE4m3, encodeE4m3Bits, float32ToE4m3Array } from './e4m3.js';
import { float32Bits, float32FromBits } from './float32-bits.js';

const nonNegativeCodes = Array.from({ length: 0x7f }, (_, code) => code);
const values = nonNegativeCodes.map(valueByDefinition);

/** From the definition, digit by digit: sign, 4 bits of exponent with bias 7, 3 bits of mantissa. */
function valueByDefinition(code: number): number {
  const [sign, e3, e2, e1, e0, m2, m1, m0] = code
    .toString(2)
    .padStart(8, '0')
    .split('')
    .map(Number) as number[];
  const exponent = e3! * 8 + e2! * 4 + e1! * 2 + e0!;
  const fraction = m2! / 2 + m1! / 4 + m0! / 8;
  if (exponent === 15 && fraction === 7 / 8) return Number.NaN;
  const magnitude = exponent === 0 ? fraction * 2 ** -6 : (1 + fraction) * 2 ** (exponent - 7);
  return sign === 1 ? -magnitude : magnitude;
}

/** The nearest of all codes, the even one of two as near, by search in float64. */
function nearestCode(value: number): number {
  const magnitude = Math.abs(value);
  let best = 0;
  for (const code of nonNegativeCodes) {
    const distance = Math.abs(values[code]! - magnitude);
    const bestDistance = Math.abs(values[best]! - magnitude);
    if (distance < bestDistance || (distance === bestDistance && code % 2 === 0)) best = code;
  }
  return (value < 0 || Object.is(value, -0) ? 0x80 : 0) + best;
}

describe('float8_e4m3fn', () => {
  it('decodes all 256 codes by the definition', () => {
    for (let code = 0; code < 256; code++) expect(decodeE4m3(code)).toBe(valueByDefinition(code));
    const codes = Uint8Array.from({ length: 256 }, (_, code) => code);
    expect(e4m3ToFloat32Array(codes)).toEqual(Float32Array.from(codes, valueByDefinition));
  });

  it('has the known landmarks', () => {
    expect(decodeE4m3(0x7e)).toBe(448);
    expect(decodeE4m3(0x08)).toBe(2 ** -6);
    expect(decodeE4m3(0x01)).toBe(2 ** -9);
    expect(decodeE4m3(0x38)).toBe(1);
    expect(Object.is(decodeE4m3(0x80), -0)).toBe(true);
  });

  it('encodes every code that it decodes', () => {
    for (let code = 0; code < 256; code++) {
      const isNan = (code & 0x7f) === 0x7f;
      expect(encodeE4m3(decodeE4m3(code))).toBe(isNan ? 0x7f : code);
    }
  });

  it('rounds every midpoint to even and its float32 neighbours to the nearest', () => {
    for (const code of nonNegativeCodes.slice(0, -1)) {
      const midpoint = (valueByDefinition(code) + valueByDefinition(code + 1)) / 2;
      const bits = float32Bits(midpoint);
      expect(float32FromBits(bits)).toBe(midpoint);
      const even = code % 2 === 0 ? code : code + 1;
      for (const sign of [0, 0x80]) {
        const signBits = sign === 0 ? 0 : 0x80000000;
        expect(encodeE4m3Bits((bits | signBits) >>> 0)).toBe(sign | even);
        expect(encodeE4m3Bits(((bits - 1) | signBits) >>> 0)).toBe(sign | code);
        expect(encodeE4m3Bits(((bits + 1) | signBits) >>> 0)).toBe(sign | (code + 1));
      }
    }
  });

  it('agrees with a search over all codes across the exponents', () => {
    for (let bits = 0; bits < 0x7f800000; bits += 104729) {
      const value = float32FromBits(bits);
      expect([encodeE4m3(value), encodeE4m3(-value)], String(value)).toEqual([
        nearestCode(value),
        nearestCode(-value),
      ]);
    }
  });

  it('saturates overflow and infinities', () => {
    for (const value of [449, 464, 465, 480, 1e10, 3.4028234663852886e38, Number.POSITIVE_INFINITY]) {
      expect(encodeE4m3(value)).toBe(0x7e);
      expect(encodeE4m3(-value)).toBe(0xfe);
    }
  });

  it('makes 0x7f of every NaN', () => {
    for (const bits of [0x7fc00000, 0xffc00000, 0x7f800001, 0xff800001, 0xffffffff]) {
      expect(encodeE4m3Bits(bits)).toBe(0x7f);
    }
  });

  it('keeps the sign of zero and of what rounds to it', () => {
    expect(encodeE4m3(0)).toBe(0x00);
    expect(encodeE4m3(-0)).toBe(0x80);
    expect(encodeE4m3(-(2 ** -149))).toBe(0x80);
    expect(encodeE4m3(2 ** -10)).toBe(0x00);
    expect(encodeE4m3(2 ** -10 * 1.001)).toBe(0x01);
  });

  it('encodes arrays as scalars, also from a view in the middle of a buffer', () => {
    const some = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i) * 2 ** ((i % 20) - 12));
    expect(float32ToE4m3Array(some)).toEqual(Uint8Array.from(some, encodeE4m3));
    expect(float32ToE4m3Array(some.subarray(7))).toEqual(Uint8Array.from(some.subarray(7), encodeE4m3));
  });

  it('encodes ten million elements in seconds at most', () => {
    const many = Float32Array.from({ length: 10_000_000 }, (_, i) => (i % 1000) - 500);
    const start = performance.now();
    float32ToE4m3Array(many);
    expect(performance.now() - start).toBeLessThan(3000);
  });
});
