// Translated kernels call all of this as `A32`.
export * from './directed-rounding.js';
export * from './eighth-floats.js';
export * from './float-to-integer.js';
export * from './half-floats.js';

/** PTX ISA 9.7.1.20: the low `count` bits of `a` at bit `at` of `b`. */
export function bitFieldInsert(a: number, b: number, at: number, count: number): number {
  if (count === 0 || at > 31) return b;
  const width = Math.min(count, 32 - at);
  const mask = width === 32 ? -1 : ((1 << width) - 1) << at;
  return (b & ~mask) | ((a << at) & mask);
}

/** PTX ISA 9.7.1.19, unsigned. */
export function bitFieldExtract(a: number, at: number, count: number): number {
  if (count === 0 || at > 31) return 0;
  const width = Math.min(count, 32 - at);
  return width === 32 ? a : (a >>> at) & ((1 << width) - 1);
}

/** PTX ISA 9.7.1.19, signed: past the field, and past the word, its sign bit is repeated. */
export function bitFieldExtractSigned(a: number, at: number, count: number): number {
  if (count === 0) return 0;
  const top = Math.min(at + count - 1, 31);
  return at > 31 ? a >> 31 : (a << (31 - top)) >> (31 - top + at);
}

/** PTX ISA 9.7.1.14 */
export function countBits(a: number): number {
  let rest = a - ((a >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** PTX ISA 9.7.1.18 */
export function reverseBits(a: number): number {
  let reversed = ((a >>> 1) & 0x55555555) | ((a & 0x55555555) << 1);
  reversed = ((reversed >>> 2) & 0x33333333) | ((reversed & 0x33333333) << 2);
  reversed = ((reversed >>> 4) & 0x0f0f0f0f) | ((reversed & 0x0f0f0f0f) << 4);
  reversed = ((reversed >>> 8) & 0x00ff00ff) | ((reversed & 0x00ff00ff) << 8);
  return (reversed >>> 16) | (reversed << 16);
}

/** PTX ISA 9.7.9.7, generic form: each digit of the control picks a byte of {b, a}, or repeats that byte's sign. */
export function permuteBytes(a: number, b: number, control: number): number {
  let result = 0;
  for (let i = 0; i < 4; i++) {
    const digit = (control >>> (4 * i)) & 15;
    const byte = ((digit & 4 ? b : a) >>> (8 * (digit & 3))) & 255;
    result |= (digit & 8 ? ((byte << 24) >> 31) & 255 : byte) << (8 * i);
  }
  return result;
}

/** PTX ISA 9.7.8.7: the upper word of {b, a} shifted left by 0 to 32. */
export function funnelLeft(a: number, b: number, count: number): number {
  return count === 0 ? b : count === 32 ? a : (b << count) | (a >>> (32 - count));
}

/** The lower word of {b, a} shifted right by 0 to 32. */
export function funnelRight(a: number, b: number, count: number): number {
  return count === 0 ? a : count === 32 ? b : (b << (32 - count)) | (a >>> count);
}

/** PTX ISA 9.7.8.6: bit i of the result is bit {a, b, c}[i] of the table. */
export function lookUpBits(a: number, b: number, c: number, table: number): number {
  let result = 0;
  for (let entry = 0; entry < 8; entry++) {
    if ((table >>> entry) & 1) result |= (entry & 4 ? a : ~a) & (entry & 2 ? b : ~b) & (entry & 1 ? c : ~c);
  }
  return result;
}
