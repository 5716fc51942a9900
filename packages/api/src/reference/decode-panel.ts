import { decodeE4m3 } from '@dg/layout';
import type { HostMatrix } from './host-matrix.js';

/** Depth of K that is decoded and multiplied at a time; also the stretch of K that shares one scale. */
export const panelDepth = 128;

/** Writes columns k0 to k0 + depth of a K-major matrix of codes as numbers, one row every `panelDepth`. */
export type DecodePanel<T> = (
  matrix: HostMatrix<T>,
  rows: number,
  k0: number,
  depth: number,
  panel: Float64Array,
) => void;

const e4m3Values = Float64Array.from({ length: 256 }, (_, code) => decodeE4m3(code));

export const decodeE4m3Panel: DecodePanel<Uint8Array> = (matrix, rows, k0, depth, panel) => {
  for (let row = 0; row < rows; row++) {
    const source = matrix.offset + row * matrix.rowStride + k0;
    const target = row * panelDepth;
    for (let k = 0; k < depth; k++) panel[target + k] = e4m3Values[matrix.elements[source + k]!]!;
  }
};

export const decodeBfloat16Panel: DecodePanel<Uint16Array> = (matrix, rows, k0, depth, panel) => {
  const bits = new Uint32Array(panelDepth);
  const values = new Float32Array(bits.buffer);
  for (let row = 0; row < rows; row++) {
    const source = matrix.offset + row * matrix.rowStride + k0;
    // A bfloat16 is the upper half of a float32.
    for (let k = 0; k < depth; k++) bits[k] = matrix.elements[source + k]! << 16;
    panel.set(values, row * panelDepth);
  }
};
