import { bytesPerElement, DgValidationError, type Tensor } from '@dg/runtime';
import { alignUp } from '../integer-rounding.js';

/** The tensor memory accelerator takes base addresses and strides that are multiples of this many bytes. */
export const tmaAlignmentBytes = 16;

/**
 * `mn` elements rounded up so that a column of them is a multiple of 16 bytes.
 *
 * @param mn elements, an integer of at least 0.
 * @param elementBytes 1, 2, 4, 8 or 16.
 * @throws DgValidationError for other numbers.
 */
export function getTmaAlignedSize(mn: number, elementBytes: number): number {
  if (!Number.isSafeInteger(mn) || mn < 0) {
    throw new DgValidationError(
      `getTmaAlignedSize: expected an integer of at least 0 for mn but received ${mn}`,
    );
  }
  const elements = tmaAlignmentBytes / elementBytes;
  if (!Number.isInteger(elements) || !Number.isInteger(elementBytes) || elements < 1) {
    throw new DgValidationError(
      `getTmaAlignedSize: expected 1, 2, 4, 8 or 16 for elementBytes but received ${elementBytes}`,
    );
  }
  return alignUp(mn, elements);
}

/** True when the first element lies at a multiple of 16 bytes. On `cpu`, the bytes count from the buffer's start. */
export function startsAligned(tensor: Tensor): boolean {
  const base = Number(BigInt.asUintN(4, tensor.buffer.pointer));
  return (base + tensor.byteOffset) % tmaAlignmentBytes === 0;
}

/** True when the rows of a matrix start at multiples of 16 bytes. */
export function rowsStartAligned(matrix: Tensor): boolean {
  return (
    startsAligned(matrix) && (matrix.strides[0]! * bytesPerElement(matrix.dtype)) % tmaAlignmentBytes === 0
  );
}
