import type { Device, DType, HostArray, Tensor } from '@dg/runtime';
import { poisonedTensor } from './poisoned-tensor.js';

export interface MatrixLayout {
  readonly strides: readonly [row: number, column: number];
  /** Elements in front of the matrix and behind it. */
  readonly margin: number;
}

/** Uploads row-major codes into a larger buffer, at the given strides, with poison in all other places. */
export function poisonedMatrix<T extends DType>(
  device: Device,
  codes: HostArray,
  rows: number,
  columns: number,
  dtype: T,
  layout: MatrixLayout,
): Tensor<T> {
  return poisonedTensor(device, codes, [rows, columns], dtype, layout);
}
