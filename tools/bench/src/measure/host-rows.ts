import { bfloat16ToFloat32Array, e4m3ToFloat32Array } from '@dg/layout';
import type { HostArray, Tensor } from '@dg/runtime';
import type { ScaledRows } from '../gemms/gemm-case.js';
import { gatherRows } from './gather-rows.js';
import type { IndexRun } from './spread-runs.js';

const scaleBlock = 128;

/** Rows of a matrix as float64, with the index that they have in it. */
export interface HostRows {
  readonly indices: readonly number[];
  readonly rows: readonly Float64Array[];
}

/** Runs of rows of a matrix, each element times its scale; nothing else is copied from the device. */
export async function readRows(
  { data, scales, rowsPerScale }: ScaledRows,
  runs: readonly IndexRun[],
): Promise<HostRows> {
  const columns = data.shape[1]!;
  const indices: number[] = [];
  const rows: Float64Array[] = [];
  for (const run of runs) {
    const values = decode(await gatherRows(data, run), data.dtype);
    const scaleOf = scales === undefined ? undefined : await readScales(scales, run, rowsPerScale);
    for (let index = run.start; index < run.end; index++) {
      const start = (index - run.start) * columns;
      const row = new Float64Array(values.subarray(start, start + columns));
      if (scaleOf !== undefined) for (let x = 0; x < columns; x++) row[x] = row[x]! * scaleOf(index, x);
      indices.push(index);
      rows.push(row);
    }
  }
  return { indices, rows };
}

/** The scale of an element by row and column. */
async function readScales(
  scales: Tensor,
  { start, end }: IndexRun,
  rowsPerScale: number,
): Promise<(row: number, column: number) => number> {
  const first = Math.floor(start / rowsPerScale);
  const values = await gatherRows(scales, { start: first, end: Math.ceil(end / rowsPerScale) });
  const blocksOfK = scales.shape[1]!;
  return (row, column) =>
    values[(Math.floor(row / rowsPerScale) - first) * blocksOfK + Math.floor(column / scaleBlock)]!;
}

function decode(elements: HostArray, dtype: Tensor['dtype']): Float32Array {
  if (dtype === 'bfloat16') return bfloat16ToFloat32Array(elements as Uint16Array);
  return dtype === 'float8_e4m3fn' ? e4m3ToFloat32Array(elements as Uint8Array) : (elements as Float32Array);
}
