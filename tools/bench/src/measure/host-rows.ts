import type { ScaledTensor } from '@dg/api';
import { bfloat16ToFloat32Array, e4m3ToFloat32Array } from '@dg/layout';
import type { DType, HostArrayOf, Tensor } from '@dg/runtime';
import type { IndexRun } from './spread-runs.js';

const scaleBlock = 128;

/** Rows of a matrix as float64, with the index that they have in it. */
export interface HostRows {
  readonly indices: readonly number[];
  readonly rows: readonly Float64Array[];
}

/** Reads runs of rows of a matrix; nothing else is copied from the device. */
export async function readMatrixRows(
  matrix: Tensor<'bfloat16' | 'float32'>,
  runs: readonly IndexRun[],
): Promise<HostRows> {
  return await readRows(matrix, runs, (elements) =>
    elements instanceof Uint16Array ? bfloat16ToFloat32Array(elements) : elements,
  );
}

/** The same of an FP8 matrix, each element times its scale. `rowsPerScale` is 1 or 128. */
export async function readScaledRows(
  matrix: ScaledTensor,
  runs: readonly IndexRun[],
  rowsPerScale: number,
): Promise<HostRows> {
  const { indices, rows } = await readRows(matrix.data, runs, (codes) => e4m3ToFloat32Array(codes));
  const scales = await matrix.scales.read();
  const blocksOfK = matrix.scales.shape[1]!;
  rows.forEach((row, i) => {
    const scaleRow = Math.floor(indices[i]! / rowsPerScale) * blocksOfK;
    for (let x = 0; x < row.length; x++) {
      row[x] = row[x]! * scales[scaleRow + Math.floor(x / scaleBlock)]!;
    }
  });
  return { indices, rows };
}

async function readRows<T extends DType>(
  matrix: Tensor<T>,
  runs: readonly IndexRun[],
  decode: (elements: HostArrayOf[T]) => Float32Array,
): Promise<HostRows> {
  const columns = matrix.shape[1]!;
  const indices: number[] = [];
  const rows: Float64Array[] = [];
  for (const { start, end } of runs) {
    const values = decode(await matrix.slice(0, start, end).read());
    for (let row = start; row < end; row++) {
      indices.push(row);
      rows.push(Float64Array.from(values.subarray((row - start) * columns, (row - start + 1) * columns)));
    }
  }
  return { indices, rows };
}
