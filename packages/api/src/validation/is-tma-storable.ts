import { bytesPerElement, type Tensor } from '@dg/runtime';
import { rowAlignmentBytes, startMisalignmentBytes } from './start-misalignment.js';

/** See `tmaStorable` of GemmProblem. */
export function isTmaStorable(d: Tensor): boolean {
  const bytes = bytesPerElement(d.dtype);
  const { rank, shape, strides } = d;
  return (
    (shape[rank - 1]! * bytes) % rowAlignmentBytes === 0 &&
    (strides[rank - 2]! * bytes) % rowAlignmentBytes === 0 &&
    (rank < 3 || shape[0]! <= 1 || (strides[0]! * bytes) % rowAlignmentBytes === 0) &&
    startMisalignmentBytes(d) === 0
  );
}
