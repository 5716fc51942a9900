import { bitsOfFloat32, float32Bits, float32FromBits } from './float32-bits.js';
import { requireArray } from './require-array.js';

/** The NaN that encoding makes, whatever the sign and payload of its input. */
export const bfloat16Nan = 0x7fff;

const infinityBits = 0x7f800000;

/** float32 bits → bfloat16 code: nearest, ties to even; overflow is infinity. As `cvt.rn.bf16.f32` of PTX. */
export function encodeBfloat16Bits(bits: number): number {
  if ((bits & 0x7fffffff) > infinityBits) return bfloat16Nan;
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** `value`, rounded to float32 first, → code. See `encodeBfloat16Bits`. */
export function encodeBfloat16(value: number): number {
  return encodeBfloat16Bits(float32Bits(value));
}

/** Code (0 to 65535) → value; exact. */
export function decodeBfloat16(code: number): number {
  return float32FromBits(code << 16);
}

/**
 * Encodes every element. `codes` receives them when given, and must be as long.
 *
 * @throws DgValidationError for other arrays.
 */
export function float32ToBfloat16Array(values: Float32Array, codes?: Uint16Array): Uint16Array {
  const bits = bitsOfFloat32(requireArray('float32ToBfloat16Array', 'values', values, Float32Array));
  const target =
    codes === undefined
      ? new Uint16Array(bits.length)
      : requireArray('float32ToBfloat16Array', 'codes', codes, Uint16Array, bits.length);
  for (let i = 0; i < bits.length; i++) target[i] = encodeBfloat16Bits(bits[i]!);
  return target;
}

/**
 * Decodes every code, exactly. `values` receives them when given, and must be as long.
 *
 * @throws DgValidationError for other arrays.
 */
export function bfloat16ToFloat32Array(codes: Uint16Array, values?: Float32Array): Float32Array {
  const { length } = requireArray('bfloat16ToFloat32Array', 'codes', codes, Uint16Array);
  const target =
    values === undefined
      ? new Float32Array(length)
      : requireArray('bfloat16ToFloat32Array', 'values', values, Float32Array, length);
  const bits = bitsOfFloat32(target);
  for (let i = 0; i < length; i++) bits[i] = codes[i]! << 16;
  return target;
}
