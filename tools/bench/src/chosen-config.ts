import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { DeviceProperties } from '@dg/runtime';
// The choice is internal to the library; it is a pure function, so a copy of it in this bundle chooses the same.
import { selectConfig } from '../../../packages/api/src/config/select-config.js';
import type { GemmProblem } from '../../../packages/api/src/problem/gemm-problem.js';

/** The configuration that the library chooses. */
export function chosenConfig(
  problem: GemmProblem,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
): GemmConfig {
  return selectConfig(problem, properties);
}

/** Its name. */
export function chosenConfigName(
  problem: GemmProblem,
  properties: Pick<DeviceProperties, 'multiprocessorCount'>,
): string {
  return gemmConfigName(chosenConfig(problem, properties));
}
