import { getTmaAlignedSize, type ScaledTensor } from '@dg/api';
import { type Device, Tensor } from '@dg/runtime';

/** Columns of a row that share a scale. */
export const scaledColumns = 128;

const float32Bytes = 4;

/**
 * FP8 rows in groups, as the grouped GEMMs take A: data [groups, rows, columns], and scales
 * [groups, rows, columns / 128] MN-major and TMA-aligned, so that no call has to copy them.
 */
export interface ScaledRows extends ScaledTensor {
  readonly groups: number;
  /** Of a group. */
  readonly rows: number;
  /** A multiple of 128. */
  readonly columns: number;
  /** Scales from one column to the next. */
  readonly pitch: number;
}

/** All zero, padding too: what no token fills is read by the GEMMs as well, though nothing comes of it. */
export function newScaledRows(device: Device, groups: number, rows: number, columns: number): ScaledRows {
  const pitch = getTmaAlignedSize(rows, float32Bytes);
  const scaleColumns = columns / scaledColumns;
  const padded = device.zeros([groups, scaleColumns, pitch], 'float32');
  return {
    groups,
    rows,
    columns,
    pitch,
    data: device.zeros([groups, rows, columns], 'float8_e4m3fn'),
    scales: padded.transpose().slice(1, 0, rows),
  };
}

/** The rows of the only group as a matrix: views without the dimension of groups. */
export function asMatrix({ data, scales }: ScaledRows): ScaledTensor {
  return { data: withoutGroups(data), scales: withoutGroups(scales) };
}

function withoutGroups<T extends Tensor>({ buffer, dtype, shape, strides, offset }: T): T {
  return new Tensor({ buffer, dtype, shape: shape.slice(1), strides: strides.slice(1), offset }) as T;
}

/** Where the scale of a row, counted from the first of all groups, and a block of columns is. As `RowScales` in CUDA. */
export function scaleIndex({ rows, columns, pitch }: ScaledRows, row: number, block: number): number {
  const group = Math.floor(row / rows);
  return (group * (columns / scaledColumns) + block) * pitch + (row % rows);
}

export function destroyScaled({ data, scales }: ScaledTensor): void {
  data.destroy();
  scales.destroy();
}
