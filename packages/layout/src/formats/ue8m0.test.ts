import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { float32FromBits } from './float32-bits.js';
import {
  decodeUe8m0,
  encodeUe8m0,
  packUe8m0,
  roundScaleBitsUpToPowerOfTwo,
  roundScaleUpToPowerOfTwo,
  unpackUe8m0,
} from './ue8m0.js';

describe('ue8m0', () => {
  it('decodes and encodes all 256 codes', () => {
    for (let code = 0; code < 255; code++) {
      expect(decodeUe8m0(code)).toBe(2 ** (code - 127));
      expect(encodeUe8m0(2 ** (code - 127))).toBe(code);
    }
    expect(decodeUe8m0(255)).toBeNaN();
    expect(encodeUe8m0(Number.NaN)).toBe(255);
  });

  // Pitfall: scales that are no powers of two turned into UE8M0.
  it.each([0, -1, 3, 2 ** 128, 2 ** -128, 1 + 2 ** -23, Number.POSITIVE_INFINITY])('rejects %d', (scale) => {
    expect(() => encodeUe8m0(scale)).toThrow(/expected a power of two .* but received/);
  });

  it('rounds every exponent up as soon as one mantissa bit is set', () => {
    for (let exponent = 0; exponent < 255; exponent++) {
      const bits = exponent << 23;
      expect(roundScaleBitsUpToPowerOfTwo(bits)).toBe(Math.max(exponent, 1) << 23);
      expect(roundScaleBitsUpToPowerOfTwo(bits | 1)).toBe(Math.min(exponent + 1, 254) << 23);
      expect(roundScaleBitsUpToPowerOfTwo(bits | 0x7fffff)).toBe(Math.min(exponent + 1, 254) << 23);
    }
  });

  it('clamps to the normal powers of two', () => {
    expect(roundScaleUpToPowerOfTwo(0)).toBe(2 ** -126);
    expect(roundScaleUpToPowerOfTwo(2 ** -149)).toBe(2 ** -126);
    expect(roundScaleUpToPowerOfTwo(3.4028234663852886e38)).toBe(2 ** 127);
    expect(roundScaleUpToPowerOfTwo(Number.POSITIVE_INFINITY)).toBe(2 ** 127);
    expect(roundScaleUpToPowerOfTwo(Number.NaN)).toBe(2 ** 127);
    expect(roundScaleUpToPowerOfTwo(0.75)).toBe(1);
    expect(roundScaleUpToPowerOfTwo(float32FromBits(0x3f800001))).toBe(2);
  });

  it('packs code j into byte j and pads with zeros', () => {
    const word = packUe8m0([0x11, 0x22, 0x33, 0xff]);
    expect(new Uint8Array(Int32Array.of(word).buffer)).toEqual(Uint8Array.of(0x11, 0x22, 0x33, 0xff));
    expect(unpackUe8m0(word)).toEqual([0x11, 0x22, 0x33, 0xff]);
    expect(unpackUe8m0(packUe8m0([0x7f]))).toEqual([0x7f, 0, 0, 0]);
    expect(packUe8m0([])).toBe(0);
  });

  // Pitfall: scales that are no powers of two turned into UE8M0.
  it.each([
    [[256]],
    [[-1, 0]],
    [[0.5]],
    [[Number.NaN]],
    [[1, 2, 3, 4, 5]],
    [['1']],
    [[1n]],
    [null],
    [undefined],
    [{}],
  ])('packs no code that would leak into another: %o', (codes) => {
    expect(() => packUe8m0(codes as number[])).toThrow(DgValidationError);
  });

  it.each([[undefined], [null], ['1'], [1n], [Symbol('1')], [[1]], [Object.create(null)]])(
    'rejects what is no number (case %#)',
    (scale) => {
      expect(() => encodeUe8m0(scale as number)).toThrow(DgValidationError);
    },
  );
});
