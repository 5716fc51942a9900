import type { KernelSource } from '@dg/kernels';
import { selectConfig } from '../config/select-config.js';
import type { SelectionDevice } from '../config/selection-device.js';
import { gemmKernelSource } from '../launch/gemm-plan.js';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** The kernels that a launch of this problem runs, as `gemmPlan` chooses them. */
export function gemmKernelSources(problem: GemmProblem, device: SelectionDevice): readonly KernelSource[] {
  return [gemmKernelSource(problem, selectConfig(problem, device))];
}
