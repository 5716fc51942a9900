import type { GemmConfig } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { equivalentDense } from './equivalent-dense.js';
import { estimateCycles } from './estimate-cycles.js';
import { gemmCandidates } from './gemm-candidates.js';
import { gemmVariant } from './gemm-kernel-kind.js';
import type { SelectionDevice } from './selection-device.js';

/**
 * The configuration with the lowest estimated time, by a model of the hardware and without a table of shapes. Pure:
 * the same problem and device always give the same choice. Needs M, N, K ≥ 1.
 */
export function selectConfig(problem: GemmProblem, device: SelectionDevice): GemmConfig {
  const store = problem.tmaStorable ? 'tma' : 'guarded';
  const candidates = gemmCandidates(gemmVariant(problem), problem.outputType, store);
  const work = equivalentDense(problem);
  let best: GemmConfig | undefined;
  let bestCycles = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (!fitsGroups(problem, candidate) || !hasWorkForAllOf(work, candidate)) continue;
    const cycles = estimateCycles(work, candidate, device);
    if (cycles < bestCycles) [best, bestCycles] = [candidate, cycles];
  }
  return best ?? candidates[0]!;
}

/** A segment of rows starts at a multiple of the alignment, and no tile may hold parts of two. */
function fitsGroups(problem: GemmProblem, { blockM }: GemmConfig): boolean {
  return problem.kind !== 'm-grouped-contiguous' || problem.mkAlignment % blockM === 0;
}

const smallestBlockM = 64;

/** No cluster whose second CTA would never have a tile of its own, and no tile whose second half would be empty. */
function hasWorkForAllOf({ m, n }: GemmProblem, { blockM, blockN, clusterM, clusterN }: GemmConfig): boolean {
  const fillsRows = ceilDiv(m, smallestBlockM) * smallestBlockM >= blockM;
  return fillsRows && ceilDiv(m, blockM) >= clusterM && ceilDiv(n, blockN) >= clusterN;
}
