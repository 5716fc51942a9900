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

/** Throws unless the elements of each row of a matrix, or of each matrix of a batch, are neighbours. */
export function requireContiguousRows(operation: string, argument: string, matrix: Tensor): void {
  if (matrix.shape.at(-1)! > 1 && matrix.strides.at(-1) !== 1) {
    reject(
      operation,
      `${argument} with stride 1 along its last dimension`,
      `strides ${describeValue(matrix.strides)}`,
    );
  }
}

/** Throws when two elements of a tensor share memory, so that it cannot be written. */
export function requireDistinctElements(operation: string, argument: string, tensor: Tensor): void {
  const dims = [...tensor.shape.keys()].filter((dim) => tensor.shape[dim]! > 1);
  dims.sort((a, b) => tensor.strides[a]! - tensor.strides[b]!);
  let span = 1;
  for (const dim of dims) {
    if (tensor.strides[dim]! < span && tensor.elementCount > 0) {
      reject(
        operation,
        `${argument} whose elements do not share memory`,
        `shape ${describeValue(tensor.shape)} with strides ${describeValue(tensor.strides)}`,
      );
    }
    span += (tensor.shape[dim]! - 1) * tensor.strides[dim]!;
  }
}
