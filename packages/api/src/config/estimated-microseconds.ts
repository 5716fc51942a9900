import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { estimateCycles } from './estimate-cycles.js';
import { hopper } from './hopper-model.js';
import type { SelectionDevice } from './selection-device.js';

/** The time of a launch that the model expects. */
export function estimatedMicroseconds(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
): number {
  return (estimateCycles(problem, config, device) / hopper.cyclesPerSecond) * 1e6;
}
