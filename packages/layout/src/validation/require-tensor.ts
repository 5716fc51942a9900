import { type Device, type DType, Tensor } from '@dg/runtime';
import { describe, describeList, reject } from './reject.js';

/** Returns `value` when it is a living tensor of one of the dtypes. */
export function requireTensor<T extends DType>(
  operation: string,
  argument: string,
  value: unknown,
  dtypes: readonly T[],
): Tensor<T> {
  if (!(value instanceof Tensor)) reject(operation, `${argument} to be a Tensor`, describe(value));
  if (value.destroyed || value.device.destroyed) {
    reject(operation, `${argument} to be a living tensor`, 'a destroyed one');
  }
  if (!(dtypes as readonly DType[]).includes(value.dtype)) {
    reject(operation, `${argument} of dtype ${dtypes.join(' or ')}`, value.dtype);
  }
  return value as Tensor<T>;
}

export function requireShape(
  operation: string,
  argument: string,
  tensor: Tensor,
  shape: readonly number[],
): void {
  const same = tensor.shape.length === shape.length && shape.every((size, dim) => tensor.shape[dim] === size);
  if (!same) reject(operation, `${argument} of shape ${describeList(shape)}`, describeList(tensor.shape));
}

/** Throws unless the elements of each row of a matrix are neighbours. */
export function requireContiguousRows(operation: string, argument: string, matrix: Tensor): void {
  if (matrix.shape[1]! > 1 && matrix.strides[1] !== 1) {
    reject(
      operation,
      `${argument} with stride 1 along its last dimension`,
      `strides ${describeList(matrix.strides)}`,
    );
  }
}

/** Throws when two elements of a matrix share memory, so that it cannot be written. */
export function requireDistinctElements(operation: string, argument: string, matrix: Tensor): void {
  const dims = [0, 1].filter((dim) => matrix.shape[dim]! > 1);
  dims.sort((a, b) => matrix.strides[a]! - matrix.strides[b]!);
  let span = 1;
  for (const dim of dims) {
    if (matrix.strides[dim]! < span && matrix.elementCount > 0) {
      reject(
        operation,
        `${argument} whose elements do not share memory`,
        `shape ${describeList(matrix.shape)} with strides ${describeList(matrix.strides)}`,
      );
    }
    span += (matrix.shape[dim]! - 1) * matrix.strides[dim]!;
  }
}

export function requireOnDevice(
  operation: string,
  argument: string,
  tensor: Tensor,
  device: Device,
  of: string,
): void {
  if (tensor.device !== device) {
    reject(
      operation,
      `${argument} on device ${device.name} (that of ${of})`,
      `a tensor on ${tensor.device.name}`,
    );
  }
}
