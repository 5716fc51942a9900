import { DgValidationError } from '@dg/runtime';
import { float32Bits, float32FromBits } from './float32-bits.js';

/** The code that means NaN. */
export const ue8m0Nan = 0xff;

const bias = 127;
const smallestExponentField = 1;
const largestExponentField = 254;

/**
 * The bits of a float32 scale rounded up to a power of two: the exponent field, plus 1 if any mantissa bit is
 * set, clamped to 1..254. The sign is dropped. So 0 and subnormals give 2^-126; infinity and NaN give 2^127.
 */
export function roundScaleBitsUpToPowerOfTwo(bits: number): number {
  const exponent = ((bits >>> 23) & 0xff) + ((bits & 0x7fffff) === 0 ? 0 : 1);
  return Math.min(Math.max(exponent, smallestExponentField), largestExponentField) << 23;
}

/** `scale`, a float32, rounded up to a power of two from 2^-126 to 2^127. See `roundScaleBitsUpToPowerOfTwo`. */
export function roundScaleUpToPowerOfTwo(scale: number): number {
  return float32FromBits(roundScaleBitsUpToPowerOfTwo(float32Bits(scale)));
}

/**
 * A power of two from 2^-127 to 2^127, or NaN → ue8m0 code.
 *
 * @throws DgValidationError for any other value; round it first with `roundScaleUpToPowerOfTwo`.
 */
export function encodeUe8m0(scale: number): number {
  if (Number.isNaN(scale)) return ue8m0Nan;
  const code = Math.log2(scale) + bias;
  if (!Number.isInteger(code) || code < 0 || code >= ue8m0Nan || 2 ** (code - bias) !== scale) {
    throw new DgValidationError(
      `encodeUe8m0: expected a power of two from 2^-127 to 2^127, or NaN, for scale but received ${scale}`,
    );
  }
  return code;
}

/** ue8m0 code (0 to 255) → 2^(code - 127); 255 is NaN. */
export function decodeUe8m0(code: number): number {
  return code === ue8m0Nan ? Number.NaN : 2 ** (code - bias);
}

/** Four codes → one int32; code j is byte j, little-endian. Codes left out are 0. */
export function packUe8m0(codes: ArrayLike<number>): number {
  return (codes[0] ?? 0) | ((codes[1] ?? 0) << 8) | ((codes[2] ?? 0) << 16) | ((codes[3] ?? 0) << 24);
}

/** One int32 → its four codes, byte 0 first. */
export function unpackUe8m0(word: number): [number, number, number, number] {
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
}
