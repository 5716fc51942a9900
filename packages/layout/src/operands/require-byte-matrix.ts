import { describeValue, reject, requireTensorOf, type Tensor } from '@dg/runtime';
import { rowsStartAligned } from '../scales/tma-alignment.js';
import { requireContiguousRows, requireDistinctElements } from '../validation/require-layout.js';

/** FP8 codes, by their own name or as bytes. */
export type ByteType = 'float8_e4m3fn' | 'uint8';

const byteTypes: readonly ByteType[] = ['float8_e4m3fn', 'uint8'];

/** Returns `value` when it is a living tensor of FP8 codes. */
export function requireBytes(operation: string, argument: string, value: unknown): Tensor<ByteType> {
  return requireTensorOf(operation, argument, value, byteTypes);
}

/** Returns `value` when it holds FP8 codes as [R, C] or [G, R, C] with contiguous rows. */
export function requireByteMatrix(operation: string, argument: string, value: unknown): Tensor<ByteType> {
  const matrix = requireBytes(operation, argument, value);
  if (matrix.rank !== 2 && matrix.rank !== 3)
    reject(operation, `${argument} of rank 2 or 3`, describeValue(matrix.shape));
  requireContiguousRows(operation, argument, matrix);
  return matrix;
}

/** Throws unless the matrix can be written in runs of 16 bytes: rows at multiples of 16 bytes, apart from each other. */
export function requireAlignedDestination(operation: string, matrix: Tensor): void {
  requireDistinctElements(operation, 'destination', matrix);
  if (matrix.elementCount > 0 && !rowsStartAligned(matrix)) {
    reject(
      operation,
      'destination whose rows start at multiples of 16 bytes',
      `offset ${matrix.offset} and strides ${describeValue(matrix.strides)}`,
    );
  }
}
