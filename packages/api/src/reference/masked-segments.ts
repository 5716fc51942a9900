import type { MGroupedMaskedProblem } from '../problem/gemm-problem.js';
import type { Segment } from './segment.js';

/** The first rows of each group, as many as `maskedM` says, but not below 0 or past the most that there are. */
export function maskedSegments({ m, k, groups }: MGroupedMaskedProblem, maskedM: Int32Array): Segment[] {
  return Array.from({ length: groups }, (_, group) => ({
    m: Math.min(Math.max(maskedM[group]!, 0), m),
    k,
    group,
    row: 0,
    k0: 0,
  }));
}
