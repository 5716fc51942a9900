import { type GemmConfig, gemmBlockThreads, gemmClusterSize } from '@dg/kernels';
import { ceilDiv, type Dim3 } from '@dg/runtime';
import { blocksAtATime } from '../config/blocks-at-a-time.js';
import { rasterRows } from '../config/raster-rows.js';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** Blocks and threads of a launch, and the order in which its blocks take the tiles. */
export interface LaunchGeometry {
  readonly rasterRows: number;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster: Dim3;
}

/** Persistent blocks: no more than the device holds at a time, and no more than there are tiles for. */
export function launchGeometry(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
): LaunchGeometry {
  const clusterSize = gemmClusterSize(config);
  const room = Math.floor(blocksAtATime(config, device) / clusterSize);
  const clusters = Math.min(clusterTiles(problem, config), room);
  return {
    rasterRows: rasterRows(problem, config, device),
    grid: [clusters * clusterSize, 1, 1],
    block: [gemmBlockThreads(config), 1, 1],
    cluster: [clusterSize, 1, 1],
  };
}

/** Tiles of D, each of one cluster, at most. */
export function clusterTiles(
  problem: GemmProblem,
  { blockM, blockN, clusterM, clusterN }: GemmConfig,
): number {
  const hasTilesInEveryGroup = problem.kind === 'm-grouped-masked' || problem.kind === 'k-grouped';
  return (
    (hasTilesInEveryGroup ? problem.groups : 1) *
    ceilDiv(problem.m, blockM * clusterM) *
    ceilDiv(problem.n, blockN * clusterN)
  );
}
