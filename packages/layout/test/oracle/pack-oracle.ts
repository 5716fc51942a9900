/** The code of a power of two, by its value. */
function codeOf(scale: number): number {
  return Number.isNaN(scale) ? 255 : Math.log2(scale) + 127;
}

/**
 * Packed UE8M0 of NUMERICS: word [mn, p], row-major, with byte j the code of `scaleAt(mn, 4p + j)`; bytes past `sfK`
 * are 0.
 */
export function packOracle(mn: number, sfK: number, scaleAt: (mn: number, k: number) => number): Int32Array {
  const words = Math.ceil(sfK / 4);
  const bytes = new Uint8Array(mn * words * 4);
  for (let row = 0; row < mn; row++) {
    for (let k = 0; k < sfK; k++) bytes[row * words * 4 + k] = codeOf(scaleAt(row, k));
  }
  return new Int32Array(bytes.buffer);
}
