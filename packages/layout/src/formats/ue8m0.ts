import { describeValue, reject } from '@dg/runtime';
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
  const code = typeof scale === 'number' ? Math.log2(scale) + bias : Number.NaN;
  if (!Number.isInteger(code) || code < 0 || code >= ue8m0Nan || 2 ** (code - bias) !== scale) {
    reject('encodeUe8m0', 'a power of two from 2^-127 to 2^127, or NaN, for scale', describeValue(scale));
  }
  return code;
}

const infinityBits = 0x7f800000;
const mantissaBits = 0x007fffff;
/** 2^-127, the one power of two with a code that is subnormal in float32. */
const subnormalPowerBits = 0x00400000;

/** True for the bits of a float32 power of two from 2^-127 to 2^127. */
export function isUe8m0Value(bits: number): boolean {
  return bits === subnormalPowerBits || (bits > 0 && bits < infinityBits && (bits & mantissaBits) === 0);
}

/**
 * The code of a float32, given by its bits from 0 to 2^32 - 1, as packing on a device makes it. NaN for what has none:
 * negative values and NaN with `round`, all but powers of two without.
 */
export function ue8m0CodeOfBits(bits: number, round: boolean): number {
  if (round) return bits > infinityBits ? ue8m0Nan : roundScaleBitsUpToPowerOfTwo(bits) >>> 23;
  return isUe8m0Value(bits) ? bits >>> 23 : ue8m0Nan;
}

/** The bits of the float32 that a code means. */
export function ue8m0ValueBits(code: number): number {
  if (code === ue8m0Nan) return 0x7fc00000;
  return code === 0 ? subnormalPowerBits : code << 23;
}

/** ue8m0 code (0 to 255) → 2^(code - 127); 255 is NaN. */
export function decodeUe8m0(code: number): number {
  return code === ue8m0Nan ? Number.NaN : 2 ** (code - bias);
}

const codesPerWord = 4;

/**
 * Up to four codes → one int32; code j is byte j, little-endian. Codes left out are 0.
 *
 * @throws DgValidationError for more codes, or one that is no integer from 0 to 255: it would change its neighbours.
 */
export function packUe8m0(codes: ArrayLike<number>): number {
  const count: unknown = (codes as ArrayLike<number> | null | undefined)?.length;
  if (typeof count !== 'number' || count > codesPerWord) {
    reject('packUe8m0', 'an array of at most 4 codes', describeValue(codes));
  }
  let word = 0;
  for (let j = 0; j < count; j++) {
    const code = codes[j]!;
    if (!Number.isInteger(code) || code < 0 || code > ue8m0Nan) {
      reject('packUe8m0', `an integer from 0 to 255 for code ${j}`, describeValue(code));
    }
    word |= code << (8 * j);
  }
  return word;
}

/** One int32 → its four codes, byte 0 first. */
export function unpackUe8m0(word: number): [number, number, number, number] {
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24];
}
