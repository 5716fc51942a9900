import type { HostRows } from './host-rows.js';

/**
 * diff between A·Bᵀ in float64 and D, 1 - 2·Σxy / Σ(x² + y²), over the sampled rows of A and of B.
 * `d` holds the same rows as `a`, in full.
 */
export function sampledDiff(a: HostRows, b: HostRows, d: HostRows): number {
  let products = 0;
  let squares = 0;
  a.rows.forEach((rowA, i) => {
    b.rows.forEach((rowB, j) => {
      const expected = dot(rowA, rowB);
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
