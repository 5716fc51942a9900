import { bfloat16ToFloat32Array } from '@dg/layout';

export interface HostProduct {
  readonly m: number;
  readonly n: number;
  readonly k: number;
  /** bfloat16 codes [M, K], [N, K] and [M, N], row-major. */
  readonly a: Uint16Array;
  readonly b: Uint16Array;
  readonly d: Uint16Array;
}

/** Multiplications that the check may cost; about half a second. */
const checkBudget = 3e8;
const fewestRows = 4;

/** How many rows of D the check compares. */
export function sampledRowCount(m: number, n: number, k: number): number {
  return Math.min(m, Math.max(fewestRows, Math.floor(checkBudget / (n * k))));
}

/** `diff` of NUMERICS, 1 - 2·Σxy / Σ(x² + y²), between D and A·Bᵀ in float64, on rows spread over M. */
export function sampledDiff({ m, n, k, a, b, d }: HostProduct): number {
  const valuesB = bfloat16ToFloat32Array(b);
  const rows = sampledRowCount(m, n, k);
  let products = 0;
  let squares = 0;
  for (let sample = 0; sample < rows; sample++) {
    const row = Math.floor((sample * m) / rows);
    const rowA = Float64Array.from(bfloat16ToFloat32Array(a.subarray(row * k, (row + 1) * k)));
    const rowD = bfloat16ToFloat32Array(d.subarray(row * n, (row + 1) * n));
    for (let column = 0; column < n; column++) {
      let expected = 0;
      const start = column * k;
      for (let x = 0; x < k; x++) expected += rowA[x]! * valuesB[start + x]!;
      const actual = rowD[column]!;
      products += expected * actual;
      squares += expected * expected + actual * actual;
    }
  }
  return squares === 0 ? 0 : 1 - (2 * products) / squares;
}
