import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { estimatedMicroseconds } from './estimated-microseconds.js';
import { gemmKernelKind } from './gemm-kernel-kind.js';
import type { SelectionDevice } from './selection-device.js';

/**
 * One line for DG_PRINT_CONFIGS: the shape, what was chosen for it, and the time that the model expects.
 *
 * @param tunedMicroseconds what it took when it was chosen by measurement
 */
export function explainConfig(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
  tunedMicroseconds?: number,
): string {
  const microseconds = estimatedMicroseconds(problem, config, device);
  const { m, n, k, outputType, accumulate } = problem;
  const shape = `${gemmKernelKind(problem)} M=${m} N=${n} K=${k} D=${outputType}${accumulate ? ' +C' : ''}`;
  const { blockM, blockN, stages, clusterM, clusterN, mathWarpgroups, store, sharedMemoryBytes } = config;
  return (
    `${shape}: ${gemmConfigName(config)} (tile ${blockM}x${blockN}, ${mathWarpgroups} math warpgroups, ` +
    `${stages} stages, cluster ${clusterM}x${clusterN}, ${store} store, ${sharedMemoryBytes} bytes of shared memory; ` +
    `expected ${microseconds.toFixed(1)} us` +
    `${tunedMicroseconds === undefined ? '' : `, tuned: ${tunedMicroseconds.toFixed(1)} us`})`
  );
}
