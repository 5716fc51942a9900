import type { GemmShape } from './gemm-shape.js';

/** Named as the yardstick names them. */
export type GemmOperation = 'fp8_nt_1d2d' | 'bf16_nt';

export const gemmOperations: readonly GemmOperation[] = ['fp8_nt_1d2d', 'bf16_nt'];

const scaleBlock = 128;
const scaleBytes = 4;
const bfloat16Bytes = 2;

/** Floating-point operations of one product. */
export function gemmFlop({ m, n, k }: GemmShape): number {
  return 2 * m * n * k;
}

/** Bytes of one product: every input read once, scales included, and the bfloat16 output written once. */
export function gemmBytes(operation: GemmOperation, { m, n, k }: GemmShape): number {
  const output = bfloat16Bytes * m * n;
  if (operation === 'bf16_nt') return bfloat16Bytes * (m * k + n * k) + output;
  const blocksOfK = Math.ceil(k / scaleBlock);
  return m * k + n * k + scaleBytes * blocksOfK * (m + Math.ceil(n / scaleBlock)) + output;
}
