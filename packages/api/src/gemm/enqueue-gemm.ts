import { enqueueHostWork, type KernelDevice, withScratch } from '@dg/runtime';
import { launchGemm } from '../launch/launch-gemm.js';
import { prepareOperands } from '../launch/prepare-operands.js';
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
    // A copy that was just enqueued is still being written.
    const constantB =
      gemm.launch.constantB && !copies.some((copy) => copy === operands.b || copy === operands.scalesB);
    launchGemm(device, problem, operands, { stream, dependentLaunch, constantB, settings, scratch });
  });
}
