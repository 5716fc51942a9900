import { describeValue, reject, type Tensor } from '@dg/runtime';

export function requireShape(
  operation: string,
  argument: string,
  tensor: Tensor,
  shape: readonly number[],
): void {
  const same = tensor.shape.length === shape.length && shape.every((size, dim) => tensor.shape[dim] === size);
  if (!same) reject(operation, `${argument} of shape ${describeValue(shape)}`, describeValue(tensor.shape));
}

/** Throws unless the elements of each row of a matrix are neighbours. */
export function requireContiguousRows(operation: string, argument: string, matrix: Tensor): void {
  if (matrix.shape[1]! > 1 && matrix.strides[1] !== 1) {
    reject(
      operation,
      `${argument} with stride 1 along its last dimension`,
      `strides ${describeValue(matrix.strides)}`,
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
        `shape ${describeValue(matrix.shape)} with strides ${describeValue(matrix.strides)}`,
      );
    }
    span += (matrix.shape[dim]! - 1) * matrix.strides[dim]!;
  }
}
