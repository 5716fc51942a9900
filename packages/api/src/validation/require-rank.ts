import { type DType, describeValue, reject, requireTensorOf, type Tensor } from '@dg/runtime';

/** Returns `value` when it is a living tensor of the dtype and rank; `argument` names it in the error. */
export function requireRank(
  operation: string,
  argument: string,
  value: unknown,
  dtype: DType,
  rank: number,
): Tensor {
  const tensor = requireTensorOf(operation, argument, value, [dtype]);
  if (tensor.rank !== rank) reject(operation, `${argument} of rank ${rank}`, describeValue(tensor));
  return tensor;
}
