import type { KernelSource } from '@dg/kernels';
import { gemmKernelSource } from '../launch/gemm-plan.js';
import { suitableConfig, unknownConfig, warnOfTuned } from './tuned-choice.js';
import { partsOfKey } from './tuned-problem.js';
import { listTuned, type TunedEntry } from './tuned-store.js';

/** The kernels that calls take where `setUseTuned` was called with the directory. What cannot be used is warned of. */
export function tunedKernelSources(cacheDirectory: string): readonly KernelSource[] {
  return listTuned(cacheDirectory, warnOfTuned).flatMap((entry) => sourceOf(entry) ?? []);
}

function sourceOf({ key, config: name }: TunedEntry): KernelSource | undefined {
  try {
    const { problem, device } = partsOfKey(key);
    const config = suitableConfig(name, problem, device);
    if (config !== undefined) return gemmKernelSource(problem, config);
  } catch {
    // Another version may describe problems in another way.
  }
  warnOfTuned(unknownConfig(name));
  return undefined;
}
