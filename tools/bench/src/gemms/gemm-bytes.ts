import { ceilDiv } from '@dg/runtime';
import type { OutputType } from '../inputs/gemm-output.js';

const scaleBlock = 128;
const scaleBytes = 4;
const bytesOf = { fp8: 1, bf16: 2, bfloat16: 2, float32: 4 } as const;

/** `rows` rows of K elements, and their scales when they are FP8. */
export function operandBytes(
  type: 'fp8' | 'bf16',
  rows: number,
  k: number,
  rowsPerScale: 1 | 128 = 1,
): number {
  const scales = scaleBytes * ceilDiv(rows, rowsPerScale) * ceilDiv(k, scaleBlock);
  return bytesOf[type] * rows * k + (type === 'fp8' ? scales : 0);
}

/** `elements` written once, and read once when D is C as well. */
export function outputBytes(type: OutputType, elements: number, accumulate: boolean): number {
  return bytesOf[type] * elements * (accumulate ? 2 : 1);
}
