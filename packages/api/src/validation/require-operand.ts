import { bytesPerElement, type DType, type Tensor } from '@dg/runtime';
import { reject } from './reject.js';
import { requireMatrix } from './require-tensor.js';
import { rowAlignmentBytes, startMisalignmentBytes } from './start-misalignment.js';

/**
 * Returns `value` when it is a K-major operand: rank 2, inner stride 1, base and row pitch multiples of
 * 16 bytes. The alignment is asked for on every device, so that a program that runs on one runs on all.
 */
export function requireOperand(operation: string, argument: string, value: unknown, dtype: DType): Tensor {
  const tensor = requireMatrix(operation, argument, value, dtype);
  const rows = tensor.shape[0]!;
  const k = tensor.shape[1]!;
  if (rows === 0 || k === 0) return tensor;

  const pitch = tensor.strides[0]!;
  if (tensor.strides[1] !== 1) {
    reject(
      operation,
      `${argument} with inner stride 1 (K contiguous)`,
      `strides [${tensor.strides.join(', ')}]`,
    );
  }
  if (pitch < k) {
    reject(
      operation,
      `${argument} with a row pitch of at least ${k} elements (K)`,
      `a row pitch of ${pitch}`,
    );
  }
  const elementBytes = bytesPerElement(dtype);
  if ((pitch * elementBytes) % rowAlignmentBytes !== 0) {
    reject(
      operation,
      `${argument} with a row pitch that is a multiple of ${rowAlignmentBytes} bytes ` +
        `(pad K to a multiple of ${rowAlignmentBytes / elementBytes} elements and pass a view of the first ${k} columns)`,
      `a row pitch of ${pitch} elements (${pitch * elementBytes} bytes)`,
    );
  }
  const misalignment = startMisalignmentBytes(tensor);
  if (misalignment !== 0) {
    reject(
      operation,
      `${argument} to start at a multiple of ${rowAlignmentBytes} bytes (pad the offset of the view)`,
      `a start ${misalignment} bytes past one`,
    );
  }
  return tensor;
}

/** Throws unless b, named `argument` in the error, has as many columns (K) as a. */
export function requireSameDepth(operation: string, argument: string, a: Tensor, b: Tensor): void {
  const k = a.shape[1]!;
  if (b.shape[1] !== k) {
    const [n, received] = b.shape;
    reject(operation, `${argument} of shape [${n}, ${k}] (N, K from a)`, `[${n}, ${received}]`);
  }
}
