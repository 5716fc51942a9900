import { getMnMajorTmaAlignedTensor } from '@dg/layout';
import { enqueueHostWork } from '@dg/runtime';
import { launchGemm } from '../launch/launch-gemm.js';
import { prepareReferenceGemm } from '../reference/reference-gemm.js';
import { enqueueEmptyProduct } from './enqueue-empty-product.js';
import type { ValidGemm } from './validate-dense-gemm.js';

/** Enqueues one validated GEMM on whatever kind of device its memory lies. Returns without waiting. */
export function enqueueGemm(gemm: ValidGemm): void {
  const { device, problem, operands, stream } = gemm;
  if (problem.m === 0 || problem.n === 0) return;
  if (problem.k === 0) {
    enqueueEmptyProduct(operands, stream);
    return;
  }
  if (!device.executesKernels) {
    enqueueHostWork(stream, prepareReferenceGemm(problem, operands));
    return;
  }

  const launchOptions = { stream, dependentLaunch: gemm.dependentLaunch };
  const { scalesA } = operands;
  if (scalesA === undefined) {
    launchGemm(device, problem, operands, launchOptions);
    return;
  }
  const aligned = getMnMajorTmaAlignedTensor(scalesA, { stream });
  try {
    launchGemm(
      device,
      problem,
      aligned === scalesA ? operands : { ...operands, scalesA: aligned },
      launchOptions,
    );
  } finally {
    // Memory still used by queued work, or by a graph that recorded it, outlives this.
    if (aligned !== scalesA) aligned.destroy();
  }
}
