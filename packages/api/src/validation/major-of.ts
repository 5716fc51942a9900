import { bytesPerElement, type Tensor } from '@dg/runtime';
import type { Major } from '../problem/gemm-problem.js';
import { rowAlignmentBytes } from './start-misalignment.js';

/** Which dimension of a valid operand [(G,) M or N, K] is contiguous; K where both are. */
export function majorOf(operand: Tensor): Major {
  return operand.elementCount === 0 || isMajor(operand, operand.rank - 1, operand.rank - 2) ? 'k' : 'mn';
}

/** True when dimension `line` is contiguous, and the lines along `across` are apart and aligned. */
export function isMajor({ shape, strides, dtype }: Tensor, line: number, across: number): boolean {
  return (
    strides[line] === 1 &&
    strides[across]! >= shape[line]! &&
    (strides[across]! * bytesPerElement(dtype)) % rowAlignmentBytes === 0
  );
}
