import { describeValue, reject, requireOnDevice, requireTensorOf, type Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import { requireApart } from '../validation/byte-range.js';
import {
  requireContiguousRows,
  requireDistinctElements,
  requireShape,
} from '../validation/require-layout.js';
import type { CastScales } from './cast-scales.js';
import type { ScaledTensor } from './scaled-tensor.js';

/** Returns `value` when a cast of `x` can be written to it. */
export function requireOutput(
  operation: string,
  value: unknown,
  x: Tensor,
  expected: CastScales,
): ScaledTensor<ScaleType> {
  if (typeof value !== 'object' || value === null)
    reject(operation, 'out to be { data, scales }', describeValue(value));
  const given = value as Partial<Record<keyof ScaledTensor, unknown>>;
  const data = requireTensorOf(operation, 'out.data', given.data, ['float8_e4m3fn']);
  const scales = requireTensorOf(operation, 'out.scales', given.scales, [expected.dtype]);
  requireOnDevice(operation, 'out.data', data, x.device, 'x');
  requireOnDevice(operation, 'out.scales', scales, x.device, 'x');
  requireShape(operation, 'out.data', data, x.shape);
  requireShape(operation, 'out.scales', scales, [...x.shape.slice(0, -2), ...expected.shape]);
  requireContiguousRows(operation, 'out.data', data);
  requireDistinctElements(operation, 'out.data', data);
  requireDistinctElements(operation, 'out.scales', scales);
  requireApart(operation, 'out.data', data, x, 'x');
  requireApart(operation, 'out.scales', scales, x, 'x');
  requireApart(operation, 'out.data', data, scales, 'out.scales');
  return { data, scales };
}
