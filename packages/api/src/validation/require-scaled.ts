import type { ScaledTensor } from '@dg/layout';
import { Tensor } from '@dg/runtime';
import { describe } from './describe.js';
import { reject } from './reject.js';
import { requireMatrix } from './require-tensor.js';

/** Returns `value` when it looks like `{ data, scales }`; the two tensors are checked on their own. */
export function requireScaled(operation: string, argument: string, value: unknown): ScaledTensor {
  if (
    typeof value !== 'object' ||
    value === null ||
    value instanceof Tensor ||
    !('data' in value && 'scales' in value)
  ) {
    reject(operation, `${argument} to be a ScaledTensor { data, scales }`, describe(value));
  }
  return value as ScaledTensor;
}

/** Returns `value` when it is a float32 tensor [rows, columns]; `meaning` explains the shape in the error. */
export function requireScales(
  operation: string,
  argument: string,
  value: unknown,
  rows: number,
  columns: number,
  meaning: string,
): Tensor {
  const scales = requireMatrix(operation, argument, value, 'float32');
  if (scales.shape[0] !== rows || scales.shape[1] !== columns) {
    reject(operation, `${argument} of shape [${rows}, ${columns}] (${meaning})`, describe(scales.shape));
  }
  return scales;
}
