import { bytesPerElement, type DType } from '@dg/runtime';

export const rowAlignmentBytes = 16;

/** Row-major strides, every row at a multiple of 16 bytes. */
export function alignedStrides(shape: readonly number[], dtype: DType): number[] {
  const multiple = rowAlignmentBytes / bytesPerElement(dtype);
  const strides = [1];
  let next = Math.ceil(shape.at(-1)! / multiple) * multiple;
  for (let dim = shape.length - 2; dim >= 0; dim--) {
    strides.unshift(next);
    next *= shape[dim]!;
  }
  return strides;
}
