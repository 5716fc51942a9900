const nan = 255;

/** The value of float32 bits. */
function floatOf(bits: number): number {
  return new Float32Array(Uint32Array.of(bits).buffer)[0]!;
}

/** The code of a scale as packing makes it, found by comparing values with all powers of two. */
export function ue8m0Oracle(bits: number, round: boolean): number {
  const value = floatOf(bits);
  if (Number.isNaN(value) || value < 0 || Object.is(value, -0)) return nan;
  for (let code = round ? 1 : 0; code < nan; code++) {
    const power = 2 ** (code - 127);
    if (round ? power >= value : power === value) return code;
  }
  // Larger than every power of two: only rounding takes it, to the largest.
  return round ? nan - 1 : nan;
}

/** Packed UE8M0 word `word` of columns from `first` to `end` of K. */
export function packedWordOracle(
  first: number,
  end: number,
  round: boolean,
  bitsAt: (k: number) => number,
): number {
  const bytes = new Uint8Array(4);
  for (let k = first; k < Math.min(first + 4, end); k++) bytes[k - first] = ue8m0Oracle(bitsAt(k), round);
  return new Uint32Array(bytes.buffer)[0]!;
}
