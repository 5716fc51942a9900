import type { Check } from './check.js';

/** Holds every element to a bound of its own, and says how much of it the worst takes. NaN passes nowhere. */
export function withinBound(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  boundOf: (index: number) => number,
): Check {
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const error = Math.abs(actual[i]! - expected[i]!);
    const bound = boundOf(i);
    if (!(error <= bound)) {
      return { passed: false, detail: `element ${i} is ${actual[i]}, not ${expected[i]} +- ${bound}` };
    }
    if (error > 0) worst = Math.max(worst, error / bound);
  }
  return { passed: true, detail: `error <= ${worst.toFixed(2)} of bound` };
}
