import { bytesPerElement, reject, type Tensor } from '@dg/runtime';

/**
 * Throws when two tensors may share a byte: when the ranges from first to last byte meet in one buffer. Two buffers
 * are taken to be disjoint, also when both were made with `fromPointer`.
 */
export function requireApart(
  operation: string,
  name: string,
  tensor: Tensor,
  other: Tensor,
  otherName: string,
): void {
  if (tensor.buffer !== other.buffer || tensor.elementCount === 0 || other.elementCount === 0) return;
  if (endOf(tensor) <= other.byteOffset || endOf(other) <= tensor.byteOffset) return;
  reject(
    operation,
    `${name} apart from ${otherName}`,
    `bytes ${tensor.byteOffset} to ${endOf(tensor)} and ${other.byteOffset} to ${endOf(other)} of one buffer`,
  );
}

function endOf(tensor: Tensor): number {
  const last = tensor.shape.reduce((sum, size, dim) => sum + (size - 1) * tensor.strides[dim]!, 0);
  return tensor.byteOffset + (last + 1) * bytesPerElement(tensor.dtype);
}
