import { DgValidationError } from '@dg/jit';

/** The middle value; of an even count, the mean of the middle two. Throws DgValidationError without values. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new DgValidationError('expected at least 1 value for median but received 0');
  const sorted = [...values].sort((x, y) => x - y);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
