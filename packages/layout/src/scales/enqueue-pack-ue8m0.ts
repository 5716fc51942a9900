import { enqueueHostPackUe8m0 } from './host-pack-ue8m0.js';
import { launchPackUe8m0 } from './launch-pack-ue8m0.js';
import type { PackProblem } from './pack-problem.js';

/** Packs on whatever kind of device the memory lies. The destination must have elements. */
export function enqueuePackUe8m0(problem: PackProblem): void {
  const { device } = problem.source;
  if (device.executesKernels) launchPackUe8m0(device, problem);
  else enqueueHostPackUe8m0(problem);
}
