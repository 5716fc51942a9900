import { decodeE4m3 } from '@dg/layout';
import type { HostMatrix } from './host-matrix.js';

/** Depth of K that is decoded and multiplied at a time; also the stretch of K that shares one scale. */
export const panelDepth = 128;

/** Writes columns k0 to k0 + depth of a matrix of codes as numbers, one row every `panelDepth`. */
export type DecodePanel<T> = (
  matrix: HostMatrix<T>,
  rows: number,
  k0: number,
  depth: number,
  panel: Float64Array,
) => void;

const e4m3Values = Float64Array.from({ length: 256 }, (_, code) => decodeE4m3(code));

export const decodeE4m3Panel: DecodePanel<Uint8Array> = (matrix, rows, k0, depth, panel) => {
  const { elements, offset, rowStride, columnStride } = matrix;
  for (let row = 0; row < rows; row++) {
    const source = offset + row * rowStride + k0 * columnStride;
    const target = row * panelDepth;
    for (let k = 0; k < depth; k++) panel[target + k] = e4m3Values[elements[source + k * columnStride]!]!;
  }
};

export const decodeBfloat16Panel: DecodePanel<Uint16Array> = (matrix, rows, k0, depth, panel) => {
  const { elements, offset, rowStride, columnStride } = matrix;
  const bits = new Uint32Array(panelDepth);
  const values = new Float32Array(bits.buffer);
  for (let row = 0; row < rows; row++) {
    const source = offset + row * rowStride + k0 * columnStride;
    // A bfloat16 is the upper half of a float32.
    for (let k = 0; k < depth; k++) bits[k] = elements[source + k * columnStride]! << 16;
    panel.set(values, row * panelDepth);
  }
};
