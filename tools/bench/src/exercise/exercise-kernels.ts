import { gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { launchWithConfig } from '../../../../packages/api/test/support/launch-with-config.js';
import { denseGemm } from '../gemms/dense-gemm.js';
import { caseName } from '../gemms/gemm-case.js';
import { gemmCase } from '../gemms/gemm-tables.js';
import { launchNormalFill } from '../inputs/launch-normal-fill.js';
import { checkGemm } from '../measure/check-gemm.js';
import { withSets } from '../measure/with-sets.js';
import { type ExerciseCase, exerciseCases } from './exercise-cases.js';
import { exerciseCasts } from './exercise-casts.js';

/** Small products of every other kind, by whatever configuration the library chooses. */
export const groupedExercises = [
  gemmCase('m_grouped_fp8_contiguous', [3, 150, 328, 528]),
  gemmCase('m_grouped_bf16_contiguous', [3, 150, 328, 528]),
  gemmCase('m_grouped_fp8_masked', [3, 100, 328, 528]),
  gemmCase('k_grouped_fp8', [3, 200, 328, 512]),
  gemmCase('k_grouped_bf16', [3, 200, 328, 512]),
  gemmCase('fp8_nt_1d1d_acc', [200, 328, 528]),
];

/**
 * Runs every kind of kernel once on small shapes and checks the results: what a sanitizer watches.
 *
 * @param tell told the name of each case that passed.
 * @throws DgError when a result is wrong.
 */
export async function exerciseKernels(device: KernelDevice, tell: (name: string) => void): Promise<void> {
  await exerciseCasts(device, tell);
  for (const exercise of exerciseCases()) await exerciseConfig(device, exercise, tell);
  const context = { device, fillNormalOn: launchNormalFill(device) };
  for (const gemm of groupedExercises) {
    await withSets(context, 1, gemm.createSet, async ([set], stream) => {
      set!.callWith({ stream })();
      await stream.synchronize();
      await checkGemm(set!, caseName(gemm));
    });
    tell(caseName(gemm));
  }
}

async function exerciseConfig(
  device: KernelDevice,
  { operation, config, shape, accumulate }: ExerciseCase,
  tell: (name: string) => void,
): Promise<void> {
  const gemm = denseGemm(operation, shape, { outputType: config.output, accumulate });
  const name = `${caseName(gemm)} ${gemmConfigName(config)}${accumulate ? ' +C' : ''}`;
  const context = { device, fillNormalOn: launchNormalFill(device) };
  await withSets(context, 1, gemm.createSet, async ([set], stream) => {
    launchWithConfig(device, stream, set!.operands, config);
    await stream.synchronize();
    await checkGemm(set!, name);
  });
  tell(name);
}
