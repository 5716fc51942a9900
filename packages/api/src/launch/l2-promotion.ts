import type { GemmConfig } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import { stageCount } from '../config/estimate-cycles.js';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** Up to so many rows of D a product is as fast as B comes from device memory. */
const fewRows = 128;
/** Columns of a tile, and stages of its part of K, from which on L2 gains nothing by fetching ahead. */
const wideTile = 96;
const longK = 64;

/** What L2 fetches for a piece of a box, where its neighbours are wanted soon. */
export const usualPromotionBytes = 256;
const boxOnlyBytes = 128;

/**
 * Bytes that L2 fetches for each piece of 128 of A and B. More than is asked for helps some narrow tiles of a short K, and
 * takes up to 7 % of the bandwidth of device memory from the others (docs/performance.md). Measured for K-major operands only.
 */
export function operandPromotionBytes(
  problem: GemmProblem,
  {
    blockN,
    splitK = 1,
    majorA = 'k',
    majorB = 'k',
  }: Pick<GemmConfig, 'blockN' | 'splitK' | 'majorA' | 'majorB'>,
): 128 | 256 {
  const streamsRows = problem.kind === 'dense' && majorA === 'k' && majorB === 'k';
  if (!streamsRows || problem.m > fewRows) return usualPromotionBytes;
  const stages = ceilDiv(stageCount(problem), splitK);
  return blockN >= wideTile || stages >= longK ? boxOnlyBytes : usualPromotionBytes;
}
