import { createLogger, type Environment, readBooleanVariable } from '@dg/jit';
import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { explainConfig } from './explain-config.js';
import type { SelectionDevice } from './selection-device.js';

/** With DG_PRINT_CONFIGS=1, writes what was chosen for a problem to stderr. Called once for each. */
export function printConfig(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
  tunedMicroseconds?: number,
  env: Environment = process.env,
): void {
  if (!readBooleanVariable(env, 'DG_PRINT_CONFIGS')) return;
  createLogger({ level: 'info' }).info(explainConfig(problem, config, device, tunedMicroseconds));
}
