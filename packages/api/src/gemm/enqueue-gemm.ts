import { enqueueHostWork, type KernelDevice, type Tensor, withScratch } from '@dg/runtime';
import { launchGemm } from '../launch/launch-gemm.js';
import { prepareOperands } from '../launch/prepare-operands.js';
import type { SettledOperands } from '../launch/settled-operands.js';
import type { GemmOperands } from '../problem/gemm-operands.js';
import { type GemmProblem, groupsOf } from '../problem/gemm-problem.js';
import { prepareReferenceGemm } from '../reference/reference-gemm.js';
import { enqueueEmptyProduct } from './enqueue-empty-product.js';
import type { ValidGemm } from './valid-gemm.js';

/** Enqueues one validated GEMM of any kind on whatever device its memory lies. Returns without waiting. */
export function enqueueGemm(gemm: ValidGemm): void {
  const { device, problem, operands, stream } = gemm;
  if (problem.m === 0 || problem.n === 0 || groupsOf(problem) === 0) return;
  if (problem.k === 0 && writesAllOfD(problem)) {
    enqueueEmptyProduct(operands, stream);
  } else if (device.executesKernels) {
    enqueueKernels(device, gemm);
  } else {
    enqueueHostWork(stream, prepareReferenceGemm(problem, operands));
  }
}

/** Rows outside the mask keep their contents; rows of padding need not. */
function writesAllOfD({ kind }: GemmProblem): boolean {
  return kind !== 'm-grouped-masked';
}

function enqueueKernels(device: KernelDevice, gemm: ValidGemm): void {
  withScratch(gemm.stream, (scratch) => {
    const { stream, settings } = gemm;
    const { problem, operands, copies } = prepareOperands(gemm.problem, gemm.operands, stream, scratch);
    const { dependentLaunch } = gemm.launch;
    const settled = settledOperands(gemm, operands, copies);
    launchGemm(device, problem, operands, { stream, dependentLaunch, settled, settings, scratch });
  });
}

/** What a dependent launch may load before the kernels before it have ended. */
function settledOperands(
  { launch, stream }: ValidGemm,
  { a, scalesA, b, scalesB, grouping }: GemmOperands,
  copies: readonly Tensor[],
): SettledOperands {
  if (!launch.dependentLaunch) return 'none';
  const on = { stream };
  const isSettled = (tensor: Tensor | undefined) => tensor?.buffer.mayBeWritten(on) !== true;
  // Which tiles a grouped product has is data, and no promise is about that.
  if (!isSettled(grouping)) return 'none';
  const isConstant = (promised: boolean | undefined, data: Tensor, scales: Tensor | undefined) => {
    if (promised === undefined) return isSettled(data) && isSettled(scales);
    // A copy that was just enqueued is still being written.
    return promised && !copies.some((copy) => copy === data || copy === scales);
  };
  if (!isConstant(launch.constantB, b, scalesB)) return 'none';
  return isConstant(launch.constantA, a, scalesA) ? 'all' : 'b';
}
