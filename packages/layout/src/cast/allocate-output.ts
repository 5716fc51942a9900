import { alignUp, bytesPerElement, Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import { getTmaAlignedSize, tmaAlignmentBytes } from '../scales/tma-alignment.js';
import type { WrittenExtents } from './cast-problem.js';
import type { CastScales } from './cast-scales.js';
import type { ScaledTensor } from './scaled-tensor.js';

export interface NewOutput {
  readonly out: ScaledTensor<ScaleType>;
  readonly written: WrittenExtents;
}

/**
 * New tensors for a cast of `x`: data rows at multiples of 16 bytes, scales row-major, or with the columns along M or N
 * contiguous and padded to multiples of 16 bytes. The buffers hold all of the padding.
 */
export function allocateOutput(x: Tensor, scales: CastScales, rowMajor: boolean): NewOutput {
  const { device } = x;
  const batch = x.shape.slice(0, -2);
  const batches = batch[0] ?? 1;
  const [rows, columns] = x.shape.slice(-2) as [number, number];
  const dataColumns = alignUp(columns, tmaAlignmentBytes);
  const dataBuffer = device.createBuffer({ byteLength: batches * rows * dataColumns });
  try {
    const data = new Tensor({
      buffer: dataBuffer,
      dtype: 'float8_e4m3fn',
      shape: x.shape,
      strides: batched(batch, rows * dataColumns, [dataColumns, 1]),
    });
    const [padded, strides] = paddedScales(scales, rowMajor);
    const matrixElements = padded[0] * padded[1];
    const scaleTensor = new Tensor({
      buffer: device.createBuffer({ byteLength: batches * matrixElements * bytesPerElement(scales.dtype) }),
      dtype: scales.dtype,
      shape: [...batch, ...scales.shape],
      strides: batched(batch, matrixElements, strides),
    });
    const { mnDimension, extents } = scales;
    return {
      out: { data, scales: scaleTensor },
      written: {
        dataColumns,
        scaleRows: mnDimension === 0 ? padded[0] : extents[0],
        scaleColumns: mnDimension === 1 ? padded[1] : extents[1],
      },
    };
  } catch (error) {
    dataBuffer.destroy();
    throw error;
  }
}

/** The shape of the scales with its padding, and its strides. */
function paddedScales({ shape, mnDimension, dtype }: CastScales, rowMajor: boolean) {
  if (rowMajor) return [shape, [shape[1], 1]] as const;
  const aligned = getTmaAlignedSize(shape[mnDimension], bytesPerElement(dtype));
  return mnDimension === 0
    ? ([
        [aligned, shape[1]],
        [1, aligned],
      ] as const)
    : ([
        [shape[0], aligned],
        [aligned, 1],
      ] as const);
}

function batched(batch: readonly number[], batchStride: number, strides: readonly number[]): number[] {
  return batch.length === 0 ? [...strides] : [batchStride, ...strides];
}
