import type { Check } from './check.js';

/** 1 - 2·Σxy / Σ(x² + y²) in float64: 0 for the same, about half the square of the relative error. */
export function diff(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    products += x[i]! * y[i]!;
    squares += x[i]! ** 2 + y[i]! ** 2;
  }
  return squares === 0 ? 0 : 1 - (2 * products) / squares;
}

export function diffBelow(actual: ArrayLike<number>, expected: ArrayLike<number>, limit: number): Check {
  const value = diff(actual, expected);
  return { passed: value < limit, detail: `diff ${value.toExponential(1)} < ${limit}` };
}
