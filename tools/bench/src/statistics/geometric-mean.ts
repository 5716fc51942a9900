import { DgValidationError } from '@dg/jit';

/** Throws DgValidationError without values, or when one is not above 0. */
export function geometricMean(values: readonly number[]): number {
  if (values.length === 0) {
    throw new DgValidationError('expected at least 1 value for geometricMean but received 0');
  }
  const bad = values.find((value) => !(value > 0));
  if (bad !== undefined) {
    throw new DgValidationError(`expected values above 0 for geometricMean but received ${bad}`);
  }
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}
