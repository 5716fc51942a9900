import type { Tensor } from '@dg/runtime';

/** A tensor [rows, columns] or [batches, rows, columns] as three dimensions. Strides in elements. */
export interface MatrixBatch {
  readonly batches: number;
  readonly rows: number;
  readonly columns: number;
  readonly batchStride: number;
  readonly rowStride: number;
  readonly columnStride: number;
}

export function matrixBatch(tensor: Tensor): MatrixBatch {
  const last = tensor.rank - 1;
  return {
    batches: tensor.rank === 3 ? tensor.shape[0]! : 1,
    rows: tensor.shape[last - 1]!,
    columns: tensor.shape[last]!,
    batchStride: tensor.rank === 3 ? tensor.strides[0]! : 0,
    rowStride: tensor.strides[last - 1]!,
    columnStride: tensor.strides[last]!,
  };
}
