import { gemmConfigName } from '@dg/kernels';
import type { GemmCase } from '../../../bench/src/gemms/gemm-case.js';
import { kernelSourceOf } from '../library/launch-config.js';
import { sweepKey } from '../sweep-row.js';
import { type CandidateChoice, chooseCandidates } from './choose-candidates.js';
import { prepareKernels } from './prepare-kernels.js';
import { optionsOf, type SweepObserver, sweepCase } from './sweep-case.js';
import type { SweepContext } from './sweep-context.js';

export interface SweepProgress extends SweepObserver {
  compiled(kernels: number, failed: number, seconds: number): void;
}

/**
 * Compiles what is needed, all at once, then times the candidates of one product after the other.
 *
 * @param done keys of what was measured before, and is left out.
 * @throws DgError when the device is lost.
 */
export async function runSweep(
  context: SweepContext,
  gemms: readonly GemmCase[],
  choice: CandidateChoice,
  done: ReadonlySet<string>,
  progress: SweepProgress,
): Promise<void> {
  const plans = gemms
    .map((gemm) => {
      const [chosen, ...others] = chooseCandidates(gemm.problem, context.device.properties, choice);
      const candidates = [chosen!, ...others].filter(
        (config) => !done.has(sweepKey({ ...gemm, ...optionsOf(context), name: gemmConfigName(config) })),
      );
      return { gemm, candidates, chosenName: gemmConfigName(chosen!) };
    })
    .filter(({ candidates }) => candidates.length > 0);

  const start = performance.now();
  const kernels = await prepareKernels(
    context.device,
    plans.flatMap(({ gemm, candidates }) => candidates.map((config) => kernelSourceOf(gemm.problem, config))),
  );
  const failed = [...kernels.values()].filter((kernel) => kernel instanceof Error).length;
  progress.compiled(kernels.size, failed, (performance.now() - start) / 1000);

  for (const { gemm, candidates, chosenName } of plans) {
    await sweepCase(context, gemm, candidates, chosenName, kernels, progress);
  }
}
