import { type GemmConfig, stageKBytes } from '@dg/kernels';
import { bytesPerElement } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** Up to so many rows of D a product is as fast as B comes from device memory. */
const fewRows = 128;
/** Tiles as wide, and parts of K as long, ask for so much at a time that L2 need not fetch ahead for them. */
const wideTile = 96;
const longK = 64;

/**
 * Bytes that L2 fetches for each piece of 128 of A and B. More than is asked for helps where short narrow tiles have little
 * on its way, and costs up to 7 % of the bandwidth of device memory elsewhere (docs/performance.md).
 */
export function operandPromotionBytes(
  problem: GemmProblem,
  { blockN, splitK = 1 }: Pick<GemmConfig, 'blockN' | 'splitK'>,
): 128 | 256 {
  if (problem.kind !== 'dense' || problem.m > fewRows) return 256;
  const stages = Math.ceil((problem.k * bytesPerElement(problem.operandType)) / stageKBytes / splitK);
  return blockN >= wideTile || stages >= longK ? 128 : 256;
}
