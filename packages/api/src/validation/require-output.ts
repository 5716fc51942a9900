import type { Tensor } from '@dg/runtime';
import { describe } from './describe.js';
import { reject } from './reject.js';
import { requireTensor } from './require-tensor.js';

/** Returns `value` when it can hold D: float32 or bfloat16, shape [m, n], inner stride 1, row pitch ≥ n. */
export function requireOutput(operation: string, value: unknown, m: number, n: number): Tensor {
  const d = requireTensor(operation, 'd', value);
  if (d.dtype !== 'float32' && d.dtype !== 'bfloat16') {
    reject(operation, 'd of dtype float32 or bfloat16', d.dtype);
  }
  if (d.shape.length !== 2 || d.shape[0] !== m || d.shape[1] !== n) {
    reject(operation, `d of shape [${m}, ${n}] (M from a, N from b)`, describe(d.shape));
  }
  requireRowMajor(operation, 'd', d);
  return d;
}

/** Returns `value` when it can be added to D: dtype and shape of `d`, inner stride 1, row pitch ≥ N. */
export function requireAccumulator(operation: string, value: unknown, d: Tensor): Tensor {
  const c = requireTensor(operation, 'c', value);
  if (c === d) return c;
  if (c.dtype !== d.dtype) reject(operation, `c of dtype ${d.dtype} (that of d)`, c.dtype);
  if (c.shape.length !== 2 || c.shape[0] !== d.shape[0] || c.shape[1] !== d.shape[1]) {
    reject(operation, `c of shape ${describe(d.shape)} (that of d)`, describe(c.shape));
  }
  requireRowMajor(operation, 'c', c);
  return c;
}

function requireRowMajor(operation: string, argument: string, tensor: Tensor): void {
  const columns = tensor.shape[1]!;
  if (tensor.shape[0] === 0 || columns === 0) return;
  if (tensor.strides[1] !== 1) {
    reject(operation, `${argument} with inner stride 1`, `strides [${tensor.strides.join(', ')}]`);
  }
  if (tensor.strides[0]! < columns) {
    reject(
      operation,
      `${argument} with a row pitch of at least ${columns} elements (N)`,
      `a row pitch of ${tensor.strides[0]}`,
    );
  }
}
