import type { RandomSource } from './random-source.js';

export type MatrixType = 'e4m3' | 'bf16' | 'tf32';

export const matrixElementBytes: Readonly<Record<MatrixType, number>> = { e4m3: 1, bf16: 2, tf32: 4 };

const largestInteger = 4;
/** e4m3 codes of 0 to 4 (PTX ISA 5.2.3). */
const e4m3Integers = [0x00, 0x38, 0x40, 0x44, 0x48];
const e4m3One = 0x38;
const e4m3Sign = 0x80;
/** Of a float32 that is read as tf32: what becomes of them is left open by the manual (5.2.3). */
const lowBitsOfTf32 = 0x1fff;

/** Bytes full of numbers of one type: integers from -4 to 4, or reals from -1 to 1. */
export function drawMatrixBytes(
  random: RandomSource,
  type: MatrixType,
  values: 'integers' | 'reals',
  byteLength: number,
): Uint8Array {
  if (type === 'e4m3') return Uint8Array.from({ length: byteLength }, () => drawE4m3(random, values));
  const draw =
    values === 'integers' ? () => random.integer(-largestInteger, largestInteger) : () => random.signedUnit();
  const floats = Float32Array.from({ length: byteLength / matrixElementBytes[type] }, draw);
  const words = new Uint32Array(floats.buffer);
  if (type === 'bf16') return new Uint8Array(Uint16Array.from(words, (word) => word >>> 16).buffer);
  // A zero with low bits would be a denormal.
  for (const [i, word] of words.entries())
    if ((word & 0x7fffffff) !== 0) words[i] = word | (random.bits() & lowBitsOfTf32);
  return new Uint8Array(words.buffer);
}

function drawE4m3(random: RandomSource, values: 'integers' | 'reals'): number {
  const sign = random.integer(0, 1) * e4m3Sign;
  return sign | (values === 'integers' ? random.pick(e4m3Integers) : random.integer(0, e4m3One));
}
