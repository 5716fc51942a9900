import type { HostRows } from './host-rows.js';

/** What D is expected to be besides A·Bᵀ. */
export interface Scaling {
  readonly factor: number;
  readonly addend: number;
}

/**
 * diff between factor · A·Bᵀ + addend in float64 and D, 1 - 2·Σxy / Σ(x² + y²), over the sampled rows of A and of B.
 * `d` holds the same rows as `a`, in full.
 */
export function sampledDiff(a: HostRows, b: HostRows, d: HostRows, { factor, addend }: Scaling): number {
  let products = 0;
  let squares = 0;
  a.rows.forEach((rowA, i) => {
    b.rows.forEach((rowB, j) => {
      const expected = factor * dot(rowA, rowB) + addend;
      const actual = d.rows[i]![b.indices[j]!]!;
      products += expected * actual;
      squares += expected * expected + actual * actual;
    });
  });
  return squares === 0 ? 0 : 1 - (2 * products) / squares;
}

function dot(x: Float64Array, y: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += x[i]! * y[i]!;
  return sum;
}
