import { bytesPerElement, type Tensor } from '@dg/runtime';
import { alignUp } from '../integer-rounding.js';
import { describe, reject } from '../validation/reject.js';

/** The tensor memory accelerator takes base addresses and strides that are multiples of this many bytes. */
export const tmaAlignmentBytes = 16;

const elementSizes: readonly unknown[] = [1, 2, 4, 8, 16];

/**
 * `mn` elements rounded up so that a column of them is a multiple of 16 bytes.
 *
 * @param mn elements, an integer of at least 0.
 * @param elementBytes 1, 2, 4, 8 or 16.
 * @throws DgValidationError for other numbers.
 */
export function getTmaAlignedSize(mn: number, elementBytes: number): number {
  if (!Number.isSafeInteger(mn) || mn < 0) {
    reject('getTmaAlignedSize', 'an integer of at least 0 for mn', describe(mn));
  }
  if (!elementSizes.includes(elementBytes)) {
    reject('getTmaAlignedSize', '1, 2, 4, 8 or 16 for elementBytes', describe(elementBytes));
  }
  return alignUp(mn, tmaAlignmentBytes / elementBytes);
}

/** True when the first element lies at a multiple of 16 bytes. On `cpu`, the bytes count from the buffer's start. */
export function startsAligned(tensor: Tensor): boolean {
  return tensor.address % tmaAlignmentBytes === 0;
}

/** True when the rows of a matrix start at multiples of 16 bytes. */
export function rowsStartAligned(matrix: Tensor): boolean {
  return (
    startsAligned(matrix) && (matrix.strides[0]! * bytesPerElement(matrix.dtype)) % tmaAlignmentBytes === 0
  );
}
