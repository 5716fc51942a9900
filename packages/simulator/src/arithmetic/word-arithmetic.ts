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

/** Toward zero, out of range to the nearest end, NaN to 0 (PTX ISA 9.7.9.21). */
export function truncateToUnsigned(value: number): number {
  if (Number.isNaN(value)) return 0;
  return Math.min(4294967295, Math.max(0, Math.trunc(value))) | 0;
}
