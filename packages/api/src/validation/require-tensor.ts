import { type DType, Tensor } from '@dg/runtime';
import { describe } from './describe.js';
import { reject } from './reject.js';

/** Returns `value` when it is a living tensor of the dtype and rank 2; `argument` names it in the error. */
export function requireMatrix(operation: string, argument: string, value: unknown, dtype: DType): Tensor {
  const tensor = requireTensor(operation, argument, value);
  if (tensor.dtype !== dtype) reject(operation, `${argument} of dtype ${dtype}`, tensor.dtype);
  if (tensor.shape.length !== 2) reject(operation, `${argument} of rank 2`, describe(tensor));
  return tensor;
}

/** Returns `value` when it is a tensor that has not been destroyed. */
export function requireTensor(operation: string, argument: string, value: unknown): Tensor {
  if (!(value instanceof Tensor)) reject(operation, `${argument} to be a Tensor`, describe(value));
  if (value.destroyed) reject(operation, `${argument} to be a living tensor`, 'a destroyed one');
  return value;
}
