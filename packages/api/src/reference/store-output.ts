import { encodeBfloat16 } from '@dg/layout';
import type { OutputMatrix } from './output-matrix.js';

/**
 * d = c + accumulator, rounded to float32 and from there to d's type. `pitch` is the accumulator's row
 * pitch. c may be d: each element is read before it is written.
 */
export function storeOutput(
  accumulator: Float32Array | Float64Array,
  pitch: number,
  m: number,
  n: number,
  c: OutputMatrix | undefined,
  d: OutputMatrix,
): void {
  const bits = new Uint32Array(1);
  const values = new Float32Array(bits.buffer);
  const load = (matrix: OutputMatrix, index: number): number => {
    if (matrix.elements instanceof Float32Array) return matrix.elements[index]!;
    bits[0] = matrix.elements[index]! << 16;
    return values[0]!;
  };
  const encode = d.elements instanceof Float32Array ? (value: number) => value : encodeBfloat16;

  for (let i = 0; i < m; i++) {
    const rowD = d.offset + i * d.rowStride;
    const rowC = c === undefined ? 0 : c.offset + i * c.rowStride;
    for (let j = 0; j < n; j++) {
      const product = accumulator[i * pitch + j]!;
      const sum = c === undefined ? product : product + load(c, rowC + j);
      d.elements[rowD + j] = encode(Math.fround(sum));
    }
  }
}
