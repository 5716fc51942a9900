import { type GemmConfig, gemmClusterSize } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { blocksAtATime } from './blocks-at-a-time.js';
import { groupSpread } from './equivalent-dense.js';
import { estimateCycles, stageCount } from './estimate-cycles.js';
import { gemmCandidates } from './gemm-candidates.js';
import { gemmVariant } from './gemm-kernel-kind.js';
import type { SelectionDevice } from './selection-device.js';
import { shortlist } from './shortlist.js';
import { ShortlistCache } from './shortlist-cache.js';

const shortlists = new ShortlistCache();

/**
 * The configuration with the lowest estimated time, by a model of the hardware and without a table of shapes: among
 * the few that serve its N, K and groups best over all M. Pure: the same problem and device always give the same choice.
 * Needs M, N, K ≥ 1.
 */
export function selectConfig(problem: GemmProblem, device: SelectionDevice): GemmConfig {
  const few = shortlists.get(problem, device, () =>
    shortlist(problem, candidatesFor(problem), (sample, config) => suitableCycles(sample, config, device)),
  );
  let best: GemmConfig | undefined;
  let bestCycles = Number.POSITIVE_INFINITY;
  for (const config of few) {
    const cycles = suitableCycles(problem, config, device);
    if (cycles !== undefined && cycles < bestCycles) [best, bestCycles] = [config, cycles];
  }
  return best ?? smallest(few);
}

/** Every configuration that is right for the problem and no waste in any case, the one of the lowest estimate first. */
export function rankedConfigs(problem: GemmProblem, device: SelectionDevice): readonly GemmConfig[] {
  return candidatesFor(problem)
    .map((config) => ({
      config,
      cycles: suitableCycles(problem, config, device) ?? Number.POSITIVE_INFINITY,
    }))
    .filter(({ cycles }) => cycles < Number.POSITIVE_INFINITY)
    .sort((x, y) => x.cycles - y.cycles)
    .map(({ config }) => config);
}

/** Those with which a problem of this kind can be computed. */
export function candidatesFor(problem: GemmProblem): readonly GemmConfig[] {
  return gemmCandidates(gemmVariant(problem), problem.outputType, problem.tmaStorable ? 'tma' : 'guarded');
}

/** Undefined where the configuration would be wrong, or a waste in any case. */
function suitableCycles(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
): number | undefined {
  const suits = fitsGroups(problem, config) && hasWorkForAllOf(problem, config) && hasRoomFor(config, device);
  return suits ? estimateCycles(problem, config, device) : undefined;
}

/** One that is right for anything, where none seems worth its size. */
function smallest(configs: readonly GemmConfig[]): GemmConfig {
  return [...configs].sort(
    (x, y) => gemmClusterSize(x) - gemmClusterSize(y) || x.blockM - y.blockM || x.blockN - y.blockN,
  )[0]!;
}

/** A segment of rows starts at a multiple of the alignment, and no tile may hold parts of two. */
function fitsGroups(problem: GemmProblem, { blockM }: GemmConfig): boolean {
  return problem.kind !== 'm-grouped-contiguous' || problem.mkAlignment % blockM === 0;
}

/** A cluster is on the device as a whole. */
function hasRoomFor(config: GemmConfig, device: SelectionDevice): boolean {
  return gemmClusterSize(config) <= blocksAtATime(config, device);
}

const smallestBlockM = 64;
/** Of those that split K: fewer are not worth it. */
const fewestStagesOfPart = 2;

/**
 * No cluster a CTA of which would never have work of its own, and in groups no tile the last 64 rows of which would be empty, in
 * masked products even in a large group. A dense product may be fastest with tiles of more rows than it has: where their
 * columns fill the multiprocessors, or are right for larger batches, too.
 */
function hasWorkForAllOf(problem: GemmProblem, config: GemmConfig): boolean {
  const m =
    problem.kind === 'm-grouped-masked'
      ? Math.min(problem.m, Math.max(...groupSpread) * problem.expectedM)
      : problem.m;
  const { n } = problem;
  const { blockM, blockN, clusterM, clusterN, splitK = 1 } = config;
  const fillsRows = problem.kind === 'dense' || ceilDiv(m, smallestBlockM) * smallestBlockM >= blockM;
  const fillsK = splitK === 1 || stageCount(problem) >= splitK * fewestStagesOfPart;
  return fillsRows && fillsK && ceilDiv(m, blockM) >= clusterM && ceilDiv(n, blockN) >= clusterN;
}
