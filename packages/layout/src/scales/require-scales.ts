import { describeValue, reject, requireTensorOf, type Tensor } from '@dg/runtime';
import type { ScaleType } from './new-mn-major-tensor.js';

/** One type of tensor for each type of scales. */
export type ScaleTensor<T extends ScaleType> = T extends ScaleType ? Tensor<T> : never;

/** Returns `value` when it is a living tensor [mn, k] or [G, mn, k] of one of the types. */
export function requireScales<T extends ScaleType>(
  operation: string,
  value: unknown,
  dtypes: readonly T[],
): ScaleTensor<T> {
  const scales = requireTensorOf(operation, 'sf', value, dtypes);
  if (scales.rank !== 2 && scales.rank !== 3)
    reject(operation, 'sf of rank 2 or 3', describeValue(scales.shape));
  return scales as ScaleTensor<T>;
}
