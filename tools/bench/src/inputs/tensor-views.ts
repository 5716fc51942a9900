import type { ScaledTensor } from '@dg/api';
import { type DType, Tensor } from '@dg/runtime';
import type { ScaledRows } from '../gemms/gemm-case.js';

/** Matrix `index` of a batch [G, rows, columns], whatever its strides. */
export function matrixOf<T extends DType>(batch: Tensor<T>, index: number): Tensor<T> {
  const { buffer, dtype, shape, strides, offset } = batch;
  return new Tensor({
    buffer,
    dtype,
    shape: shape.slice(1),
    strides: strides.slice(1),
    offset: offset + index * strides[0]!,
  });
}

/** Rows `start` to `end` of a matrix with a scale for each row. */
export function scaledRowRange({ data, scales }: ScaledTensor, start: number, end: number): ScaledRows {
  return { data: data.slice(0, start, end), scales: scales.slice(0, start, end), rowsPerScale: 1 };
}

/** Matrix `index` of a batch with a scale for each 128 rows. */
export function scaledMatrixOf({ data, scales }: ScaledTensor, index: number): ScaledRows {
  return { data: matrixOf(data, index), scales: matrixOf(scales, index), rowsPerScale: 128 };
}

export function destroyAll(tensors: readonly (Tensor | undefined)[]): void {
  for (const tensor of tensors) tensor?.destroy();
}
