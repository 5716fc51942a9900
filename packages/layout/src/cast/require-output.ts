import type { Tensor } from '@dg/runtime';
import { requireApart } from '../validation/byte-range.js';
import { describe, reject } from '../validation/reject.js';
import {
  requireContiguousRows,
  requireDistinctElements,
  requireOnDevice,
  requireShape,
  requireTensor,
} from '../validation/require-tensor.js';
import type { ScaledTensor } from './scaled-tensor.js';

/** Returns `value` when a cast of `x` can be written to it. */
export function requireOutput(
  operation: string,
  value: unknown,
  x: Tensor,
  scaleShape: readonly [number, number],
): ScaledTensor {
  if (typeof value !== 'object' || value === null)
    reject(operation, 'out to be { data, scales }', describe(value));
  const given = value as Partial<Record<keyof ScaledTensor, unknown>>;
  const data = requireTensor(operation, 'out.data', given.data, ['float8_e4m3fn']);
  const scales = requireTensor(operation, 'out.scales', given.scales, ['float32']);
  requireOnDevice(operation, 'out.data', data, x.device, 'x');
  requireOnDevice(operation, 'out.scales', scales, x.device, 'x');
  requireShape(operation, 'out.data', data, x.shape);
  requireShape(operation, 'out.scales', scales, scaleShape);
  requireContiguousRows(operation, 'out.data', data);
  requireDistinctElements(operation, 'out.data', data);
  requireDistinctElements(operation, 'out.scales', scales);
  requireApart(operation, 'out.data', data, x, 'x');
  requireApart(operation, 'out.scales', scales, x, 'x');
  requireApart(operation, 'out.data', data, scales, 'out.scales');
  return { data, scales };
}
