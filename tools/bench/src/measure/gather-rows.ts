import { DgValidationError } from '@dg/jit';
import { bytesPerElement, type DType, type HostArrayOf, type Tensor } from '@dg/runtime';
import type { IndexRun } from './spread-runs.js';

/**
 * Rows of a matrix with one contiguous dimension, row-major. They are put together on the device first: of a matrix
 * whose columns are contiguous, a few rows span nearly all of its memory.
 */
export async function gatherRows<T extends DType>(
  matrix: Tensor<T>,
  { start, end }: IndexRun,
): Promise<HostArrayOf[T]> {
  const columns = matrix.shape[1]!;
  const rows = end - start;
  const alongRows = matrix.strides[1] === 1 || columns === 1;
  if (!alongRows && matrix.strides[0] !== 1) {
    throw new DgValidationError(
      `expected a matrix with a stride of 1 to gather rows of but received strides [${matrix.strides.join(', ')}]`,
    );
  }
  const strides = alongRows ? [columns, 1] : [1, rows];
  const compact = matrix.device.empty([rows, columns], matrix.dtype, { strides });
  try {
    const bytes = bytesPerElement(matrix.dtype);
    const [line, lines] = alongRows ? [columns, rows] : [rows, columns];
    const pitch = matrix.strides[alongRows ? 0 : 1]!;
    compact.buffer.copyFrom(matrix.buffer, {
      sourceByteOffset: (matrix.offset + start * matrix.strides[0]!) * bytes,
      sourcePitchBytes: Math.max(pitch, line) * bytes,
      byteOffset: 0,
      pitchBytes: line * bytes,
      rowBytes: line * bytes,
      rows: lines,
    });
    return await compact.read();
  } finally {
    compact.destroy();
  }
}
