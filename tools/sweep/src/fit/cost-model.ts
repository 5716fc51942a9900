import type { GemmConfig } from '@dg/kernels';
import { estimateCycles } from '../../../../packages/api/src/config/estimate-cycles.js';
import { hopper } from '../../../../packages/api/src/config/hopper-model.js';
import type { SelectionDevice } from '../../../../packages/api/src/config/selection-device.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';

export type ModelConstant = keyof typeof hopper;
export type ModelConstants = Readonly<Record<ModelConstant, number>>;

/** Those that the library has now. */
export const libraryConstants: ModelConstants = { ...hopper };

/** What the hardware's manual says, or what the others refer to: not fitted unless asked for. */
export const fixedConstants: readonly ModelConstant[] = [
  'tensorElementsPerCycle',
  'sharedMemoryBytesPerCycle',
  'cyclesPerSecond',
];

/** Microseconds that a model expects. */
export type Estimate = (problem: GemmProblem, config: GemmConfig) => number;

/** Hands `use` the library's model with other constants. */
export function withModel<T>(
  constants: ModelConstants,
  device: SelectionDevice,
  use: (estimate: Estimate) => T,
): T {
  return use(
    (problem, config) =>
      (estimateCycles(problem, config, device, constants) / constants.cyclesPerSecond) * 1e6,
  );
}
