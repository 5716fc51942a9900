import type { GemmConfig } from '@dg/kernels';
import type { DeviceProperties } from '@dg/runtime';
import { ceilDiv } from '../problem/ceil-div.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { estimateCycles } from './estimate-cycles.js';
import { gemmCandidates } from './gemm-candidates.js';
import { gemmKernelKind } from './gemm-kernel-kind.js';

/** The part of a device that the choice depends on. */
export type SelectionDevice = Pick<DeviceProperties, 'multiprocessorCount'>;

/**
 * The configuration with the lowest estimated time, by a model of the hardware and without a table of shapes. Pure:
 * the same problem and device always give the same choice. Needs M, N, K ≥ 1.
 */
export function selectConfig(problem: GemmProblem, device: SelectionDevice): GemmConfig {
  const store = problem.tmaStorable ? 'tma' : 'guarded';
  const candidates = gemmCandidates(gemmKernelKind(problem), problem.outputType, store);
  let best: GemmConfig | undefined;
  let bestCycles = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    if (!hasWorkForAllOf(problem, candidate)) continue;
    const cycles = estimateCycles(problem, candidate, device.multiprocessorCount);
    if (cycles < bestCycles) [best, bestCycles] = [candidate, cycles];
  }
  return best!;
}

const smallestBlockM = 64;

/** No cluster whose second CTA would never have a tile of its own, and no tile whose second half would be empty. */
function hasWorkForAllOf({ m, n }: GemmProblem, { blockM, blockN, clusterM, clusterN }: GemmConfig): boolean {
  const fillsRows = ceilDiv(m, smallestBlockM) * smallestBlockM >= blockM;
  return fillsRows && ceilDiv(m, blockM) >= clusterM && ceilDiv(n, blockN) >= clusterN;
}
