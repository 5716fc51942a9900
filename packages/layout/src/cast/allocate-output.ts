import { bytesPerElement, Tensor } from '@dg/runtime';
import { alignUp } from '../integer-rounding.js';
import { getTmaAlignedSize, tmaAlignmentBytes } from '../scales/tma-alignment.js';
import type { WrittenExtents } from './cast-problem.js';
import type { ScaledTensor } from './scaled-tensor.js';

export interface NewOutput {
  readonly out: ScaledTensor;
  readonly written: WrittenExtents;
}

/**
 * New tensors for a cast of `x`: data rows at multiples of 16 bytes, scales with the columns along `alignedDimension`
 * padded to multiples of 16 bytes, or row-major when that is undefined. The buffers hold all of the padding.
 */
export function allocateOutput(
  x: Tensor,
  scaleShape: readonly [number, number],
  alignedDimension: 0 | 1 | undefined,
): NewOutput {
  const { device } = x;
  const [rows, columns] = x.shape as readonly [number, number];
  const dataColumns = alignUp(columns, tmaAlignmentBytes);
  const written = { ...scaleExtents(scaleShape, alignedDimension), dataColumns };
  const dataBuffer = device.createBuffer({ byteLength: rows * dataColumns });
  try {
    const data = new Tensor({
      buffer: dataBuffer,
      dtype: 'float8_e4m3fn',
      shape: x.shape,
      strides: [dataColumns, 1],
    });
    const scaleBuffer = device.createBuffer({
      byteLength: written.scaleRows * written.scaleColumns * bytesPerElement('float32'),
    });
    const strides = alignedDimension === 0 ? [1, written.scaleRows] : [written.scaleColumns, 1];
    const scales = new Tensor({ buffer: scaleBuffer, dtype: 'float32', shape: scaleShape, strides });
    return { out: { data, scales }, written };
  } catch (error) {
    dataBuffer.destroy();
    throw error;
  }
}

function scaleExtents([rows, columns]: readonly [number, number], alignedDimension: 0 | 1 | undefined) {
  const aligned = (size: number) => getTmaAlignedSize(size, bytesPerElement('float32'));
  return {
    scaleRows: alignedDimension === 0 ? aligned(rows) : rows,
    scaleColumns: alignedDimension === 1 ? aligned(columns) : columns,
  };
}
