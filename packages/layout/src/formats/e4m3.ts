import { bitsOfFloat32, float32Bits } from './float32-bits.js';
import { requireArray } from './require-array.js';

/** Largest finite float8_e4m3fn. */
export const e4m3Max = 448;
/** The NaN that encoding makes. 0xff decodes to NaN too. */
export const e4m3Nan = 0x7f;

const maxCode = 0x7e;
/** float32 has 23 mantissa bits, e4m3 3. */
const droppedMantissaBits = 20;
/** float32's exponent bias 127 less e4m3's 7, in e4m3's exponent position. */
const biasDifference = (127 - 7) << 3;
const smallestNormalBits = 0x3c800000; // 2^-6
const infinityBits = 0x7f800000;

/**
 * float32 bits → float8_e4m3fn code: nearest, ties to even, saturating (infinities too) to ±448; every NaN,
 * whatever its sign, becomes 0x7f. The same as `cvt.rn.satfinite.e4m3x2.f32` of PTX.
 */
export function encodeE4m3Bits(bits: number): number {
  const magnitude = bits & 0x7fffffff;
  if (magnitude > infinityBits) return e4m3Nan;
  const sign = (bits >>> 24) & 0x80;
  const code = magnitude >= smallestNormalBits ? roundNormal(magnitude) : roundSubnormal(magnitude);
  return sign | Math.min(code, maxCode);
}

/** A carry out of the mantissa runs into the exponent, which is the right code. */
function roundNormal(magnitude: number): number {
  const tieToEven = (magnitude >>> droppedMantissaBits) & 1;
  const justBelowHalf = (1 << (droppedMantissaBits - 1)) - 1;
  return ((magnitude + justBelowHalf + tieToEven) >>> droppedMantissaBits) - biasDifference;
}

/** Counts quanta of 2^-9; 8 of them are the code of the smallest normal value. */
function roundSubnormal(magnitude: number): number {
  const exponent = magnitude >>> 23;
  // mantissa · 2^(exponent - 150) = (mantissa / 2^shift) · 2^-9
  const shift = 141 - exponent;
  if (shift > 24) return 0;
  const mantissa = (magnitude & 0x7fffff) | 0x800000;
  const tieToEven = (mantissa >>> shift) & 1;
  const justBelowHalf = 2 ** (shift - 1) - 1;
  return (mantissa + justBelowHalf + tieToEven) >>> shift;
}

/** `value`, rounded to float32 first, → code. See `encodeE4m3Bits`. */
export function encodeE4m3(value: number): number {
  return encodeE4m3Bits(float32Bits(value));
}

/** Code (0 to 255) → value; exact. 0x7f and 0xff are NaN. */
export function decodeE4m3(code: number): number {
  const sign = code & 0x80 ? -1 : 1;
  const exponent = (code >>> 3) & 0xf;
  const mantissa = code & 0x7;
  if (exponent === 0xf && mantissa === 0x7) return Number.NaN;
  return exponent === 0 ? sign * mantissa * 2 ** -9 : sign * (8 + mantissa) * 2 ** (exponent - 10);
}

/**
 * Encodes every element; see `encodeE4m3Bits`. `codes` receives them when given, and must be as long.
 *
 * @throws DgValidationError for other arrays.
 */
export function float32ToE4m3Array(values: Float32Array, codes?: Uint8Array): Uint8Array {
  const bits = bitsOfFloat32(requireArray('float32ToE4m3Array', 'values', values, Float32Array));
  const target =
    codes === undefined
      ? new Uint8Array(bits.length)
      : requireArray('float32ToE4m3Array', 'codes', codes, Uint8Array, bits.length);
  for (let i = 0; i < bits.length; i++) target[i] = encodeE4m3Bits(bits[i]!);
  return target;
}

const decoded = Float32Array.from({ length: 256 }, (_, code) => decodeE4m3(code));

/**
 * Decodes every code, exactly. `values` receives them when given, and must be as long.
 *
 * @throws DgValidationError for other arrays.
 */
export function e4m3ToFloat32Array(codes: Uint8Array, values?: Float32Array): Float32Array {
  const { length } = requireArray('e4m3ToFloat32Array', 'codes', codes, Uint8Array);
  const target =
    values === undefined
      ? new Float32Array(length)
      : requireArray('e4m3ToFloat32Array', 'values', values, Float32Array, length);
  for (let i = 0; i < length; i++) target[i] = decoded[codes[i]!]!;
  return target;
}
