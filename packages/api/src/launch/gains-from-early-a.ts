import { type GemmConfig, gemmClusterSize } from '@dg/kernels';
import { clusterRoom } from '../config/estimate-cycles.js';
import { estimatedMicroseconds } from '../config/estimated-microseconds.js';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { clusterTiles } from './launch-geometry.js';

/** Part of the multiprocessors that are at work in a wave that counts as full: 128 of 132 are enough, 124 are not. */
const fullWave = 0.95;
/** What is shorter gains more from a launch that costs nothing than it loses. */
const shortMicroseconds = 15;

/**
 * Whether a product whose A nothing can still be writing is the faster for loading it before the products before have ended. Its
 * CTAs then start one by one as multiprocessors become free, also in place of those that the last wave of tiles leaves idle. Where that
 * wave is full, CTAs would start together otherwise, and what several of them load they get from L2 at one time: out of step a
 * long product takes up to 11 % more, where 1 to 2 µs of a launch are to be gained (docs/performance.md). Only tiles one above the other
 * load the same of B. Clusters of more than two CTAs never fill the card, and neither does a product that is allowed fewer multiprocessors.
 */
export function gainsFromEarlyA(problem: GemmProblem, config: GemmConfig, device: SelectionDevice): boolean {
  if (problem.kind !== 'dense') return true;
  const { blockM, clusterM, blocksPerSm = 1 } = config;
  if (problem.m <= blockM * clusterM) return true;
  const room = clusterRoom(config, device);
  const atWork = (clusterTiles(problem, config) % room || room) * gemmClusterSize(config);
  if (atWork < fullWave * device.multiprocessorCount * blocksPerSm) return true;
  return estimatedMicroseconds(problem, config, device) < shortMicroseconds;
}
