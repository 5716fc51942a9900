import { type DType, describeValue, reject, requireTensor, type Tensor } from '@dg/runtime';

/** Returns `value` when it is a living tensor of the dtype and rank; `argument` names it in the error. */
export function requireRank(
  operation: string,
  argument: string,
  value: unknown,
  dtype: DType,
  rank: number,
): Tensor {
  const tensor = requireTensor(operation, argument, value);
  if (tensor.dtype !== dtype) reject(operation, `${argument} of dtype ${dtype}`, tensor.dtype);
  if (tensor.rank !== rank) reject(operation, `${argument} of rank ${rank}`, describeValue(tensor));
  return tensor;
}
