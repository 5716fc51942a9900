import { describe, expect, it } from 'vitest';
import {
  bfloat16ToFloat32Array,
  decodeBfloat16,
  encodeBfloat16,
  encodeBfloat16Bits,
  float32ToBfloat16Array,
} from './bfloat16.js';
import { float32Bits, float32FromBits } from './float32-bits.js';

const allCodes = Uint16Array.from({ length: 0x10000 }, (_, code) => code);

function isNanCode(code: number): boolean {
  return (code & 0x7fff) > 0x7f80;
}

/** From the definition: 8 bits of exponent with bias 127, 7 bits of mantissa. */
function valueByDefinition(code: number): number {
  const sign = code >= 0x8000 ? -1 : 1;
  const exponent = Math.floor(code / 128) % 256;
  const mantissa = code % 128;
  if (exponent === 255) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -133 : sign * (128 + mantissa) * 2 ** (exponent - 134);
}

describe('bfloat16', () => {
  it('decodes all 65536 codes by the definition', () => {
    expect(bfloat16ToFloat32Array(allCodes)).toEqual(Float32Array.from(allCodes, valueByDefinition));
    for (const code of allCodes)
      if (!Object.is(decodeBfloat16(code), valueByDefinition(code))) expect(code).toBe(-1);
  });

  it('encodes every code that it decodes, and every NaN as 0x7fff', () => {
    const expected = allCodes.map((code) => (isNanCode(code) ? 0x7fff : code));
    expect(float32ToBfloat16Array(bfloat16ToFloat32Array(allCodes))).toEqual(expected);
  });

  it('rounds every midpoint to even and its float32 neighbours to the nearest', () => {
    for (let code = 0; code < 0x7f80; code++) {
      const midpoint = code * 0x10000 + 0x8000;
      const even = code % 2 === 0 ? code : code + 1;
      for (const sign of [0, 0x8000]) {
        const rounded = [-1, 0, 1].map((step) => encodeBfloat16Bits(sign * 0x10000 + midpoint + step));
        // One expectation per code would take minutes.
        const right =
          rounded[0] === sign + code && rounded[1] === sign + even && rounded[2] === sign + code + 1;
        if (!right) expect(rounded).toEqual([sign + code, sign + even, sign + code + 1]);
      }
    }
  });

  it('overflows to infinity only past the last midpoint, and never makes infinity of NaN', () => {
    expect(encodeBfloat16(3.4028234663852886e38)).toBe(0x7f80);
    expect(encodeBfloat16(float32FromBits(0x7f7f7fff))).toBe(0x7f7f);
    expect(encodeBfloat16(Number.NEGATIVE_INFINITY)).toBe(0xff80);
    for (const bits of [0x7f800001, 0xff800001, 0xffffffff]) expect(encodeBfloat16Bits(bits)).toBe(0x7fff);
  });

  it('keeps -0 and takes doubles through float32', () => {
    expect(encodeBfloat16(-0)).toBe(0x8000);
    expect(encodeBfloat16(Math.PI)).toBe(encodeBfloat16Bits(float32Bits(Math.PI)));
    expect(decodeBfloat16(encodeBfloat16(Math.PI))).toBe(3.140625);
  });
});
