import { ulpOf } from './number-formats.js';
import type { OracleRow } from './oracle.js';

const ulpsAllowed = 2;

/** A row of the oracle, or one of a device's with the oracle's magnitudes. */
export type ExpectedRow = Omit<OracleRow, 'values'> & { readonly values: ArrayLike<number> };

export interface Accuracy {
  /** Smallest ε for which every element keeps to `2 ulps + ε·Σ|a·b|`. */
  readonly epsilon: number;
  /** The element that breaks the bound of the call, in words; undefined when none does. */
  readonly failure: string | undefined;
}

/** Holds one row of D against what is expected, element by element. */
export function measureRow(
  actual: ArrayLike<number>,
  expected: ExpectedRow,
  outputType: 'float32' | 'bfloat16',
  allowedEpsilon: number,
): Accuracy {
  let epsilon = 0;
  let failure: string | undefined;
  for (let column = 0; column < expected.values.length; column++) {
    const want = inRange(expected.values[column]!, outputType);
    const got = actual[column]!;
    const needed = epsilonNeeded(got, want, expected.magnitudes[column]!, outputType);
    if (needed > epsilon) epsilon = needed;
    if (needed > allowedEpsilon && failure === undefined) {
      failure =
        `[${expected.row}, ${column}]: expected ${want} but received ${got}; that takes epsilon ${needed}, ` +
        `allowed is ${allowedEpsilon} (sum of |a*b| is ${expected.magnitudes[column]})`;
    }
  }
  return { epsilon, failure };
}

/** What rounds past the largest number of the output type is infinite. */
function inRange(value: number, type: 'float32' | 'bfloat16'): number {
  const limit = type === 'float32' ? 2 ** 128 * (1 - 2 ** -25) : 2 ** 128 * (1 - 2 ** -9);
  return Math.abs(value) >= limit ? Math.sign(value) * Number.POSITIVE_INFINITY : value;
}

function epsilonNeeded(got: number, want: number, magnitude: number, type: 'float32' | 'bfloat16'): number {
  if (Object.is(got, want) || (Number.isNaN(got) && Number.isNaN(want))) return 0;
  const error = Math.abs(got - want);
  if (!(error <= Number.MAX_VALUE)) return Number.POSITIVE_INFINITY;
  const excess = error - ulpsAllowed * ulpOf(want, type);
  return excess <= 0 ? 0 : excess / magnitude;
}
