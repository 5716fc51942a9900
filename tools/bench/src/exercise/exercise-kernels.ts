import { gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { launchWithConfig } from '../../../../packages/api/test/support/launch-with-config.js';
import { denseGemm } from '../gemms/dense-gemm.js';
import { caseName } from '../gemms/gemm-case.js';
import { launchNormalFill } from '../inputs/launch-normal-fill.js';
import { checkGemm } from '../measure/check-gemm.js';
import { withSets } from '../measure/with-sets.js';
import { type ExerciseCase, exerciseCases } from './exercise-cases.js';
import { exerciseLayouts } from './exercise-layouts.js';
import { exerciseVariants } from './exercise-variants.js';

/**
 * Runs every kernel on small shapes and checks the results: what a sanitizer watches.
 *
 * @param isWanted whether the case of a name is run.
 * @param tell told the name of each case that passed.
 * @throws DgError when a result is wrong.
 */
export async function exerciseKernels(
  device: KernelDevice,
  isWanted: (name: string) => boolean,
  tell: (name: string) => void,
): Promise<void> {
  await exerciseLayouts(device, isWanted, tell);
  await exerciseVariants(device, isWanted, tell);
  for (const exercise of exerciseCases()) await exerciseConfig(device, exercise, isWanted, tell);
}

async function exerciseConfig(
  device: KernelDevice,
  { operation, config, shape, accumulate }: ExerciseCase,
  isWanted: (name: string) => boolean,
  tell: (name: string) => void,
): Promise<void> {
  const gemm = denseGemm(operation, shape, { outputType: config.output, accumulate });
  const name = `${caseName(gemm)} ${gemmConfigName(config)}${accumulate ? ' +C' : ''}`;
  if (!isWanted(name)) return;
  const context = { device, fillNormalOn: launchNormalFill(device) };
  await withSets(context, 1, gemm.createSet, async ([set], stream) => {
    launchWithConfig(device, stream, set!.operands, config);
    await stream.synchronize();
    await checkGemm(set!, name);
  });
  tell(name);
}
