import { type GemmConfig, gemmClusterSize } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { blocksAtATime } from './blocks-at-a-time.js';
import type { SelectionDevice } from './selection-device.js';

/**
 * How many cluster tiles high the block of tiles is that the device works on at one time. A block that covers as
 * many rows of A as rows of B (in bytes) reads the least from device memory.
 */
export function rasterRows(problem: GemmProblem, config: GemmConfig, device: SelectionDevice): number {
  const clusters = Math.floor(blocksAtATime(config, device) / gemmClusterSize(config));
  const tileRows = config.blockM * config.clusterM;
  const tileColumns = config.blockN * config.clusterN;
  const rows = ceilDiv(problem.m, tileRows);
  const square = Math.max(1, Math.min(rows, Math.round(Math.sqrt((clusters * tileColumns) / tileRows))));
  // Equal groups: a last group of one or two rows would re-read all of B for little work.
  return ceilDiv(rows, ceilDiv(rows, square));
}
