import type { KGroupedProblem } from '../problem/gemm-problem.js';
import { scaleBlockK } from '../problem/recipe.js';
import type { Segment } from './segment.js';

/**
 * The range of K of each group, from whatever `ks` holds: each one after the other, of whole blocks, not below 0, and cut
 * where ΣK ends.
 */
export function kSegments({ m, k: sumK, groups }: KGroupedProblem, ks: Int32Array): Segment[] {
  let k0 = 0;
  return Array.from({ length: groups }, (_, group) => {
    const wholeBlocks = Math.floor(Math.max(ks[group]!, 0) / scaleBlockK) * scaleBlockK;
    const segment = { m, k: Math.min(wholeBlocks, sumK - k0), group, row: 0, k0 };
    k0 += segment.k;
    return segment;
  });
}
