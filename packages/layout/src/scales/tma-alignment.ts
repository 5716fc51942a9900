import { alignUp, bytesPerElement, describeValue, reject, type Tensor } from '@dg/runtime';

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
    reject('getTmaAlignedSize', 'an integer of at least 0 for mn', describeValue(mn));
  }
  if (!elementSizes.includes(elementBytes)) {
    reject('getTmaAlignedSize', '1, 2, 4, 8 or 16 for elementBytes', describeValue(elementBytes));
  }
  return alignUp(mn, tmaAlignmentBytes / elementBytes);
}

/** True when the first element lies at a multiple of 16 bytes. On `cpu`, the bytes count from the buffer's start. */
export function startsAligned(tensor: Tensor): boolean {
  return tensor.address % tmaAlignmentBytes === 0;
}

/** True when the rows of a matrix, or of each matrix of a batch, start at multiples of 16 bytes. */
export function rowsStartAligned(matrices: Tensor): boolean {
  const { strides } = matrices;
  const elementBytes = bytesPerElement(matrices.dtype);
  let aligned = startsAligned(matrices);
  for (let dim = 0; dim < strides.length - 1; dim++) {
    aligned &&= (strides[dim]! * elementBytes) % tmaAlignmentBytes === 0;
  }
  return aligned;
}
