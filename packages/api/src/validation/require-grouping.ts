import { describeValue, reject, type Tensor } from '@dg/runtime';
import { requireRank } from './require-rank.js';

/**
 * Returns `value` when it is int32 of `length` elements, one after the other. `dimension` explains the length. The contents
 * lie on the device and are read when the work runs.
 */
export function requireGrouping(
  operation: string,
  argument: string,
  value: unknown,
  length: number,
  dimension: string,
): Tensor {
  const grouping = requireIndices(operation, argument, value);
  if (grouping.shape[0] !== length) {
    reject(operation, `${argument} of shape [${length}] (${dimension})`, describeValue(grouping.shape));
  }
  return grouping;
}

/** As `requireGrouping`, of any length. */
export function requireIndices(operation: string, argument: string, value: unknown): Tensor {
  const indices = requireRank(operation, argument, value, 'int32', 1);
  if (indices.elementCount > 1 && indices.strides[0] !== 1) {
    reject(operation, `${argument} with stride 1`, `strides ${describeValue(indices.strides)}`);
  }
  return indices;
}
