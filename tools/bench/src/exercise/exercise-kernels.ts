import { gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { shapeName } from '../gemm-shape.js';
import { createGemmSet } from '../inputs/gemm-set.js';
import { checkGemm } from '../measure/check-gemm.js';
import { type ExerciseCase, exerciseCases } from './exercise-cases.js';
import { exerciseCasts } from './exercise-casts.js';
import { launchWithConfig } from './launch-with-config.js';

/**
 * Runs every kind of kernel once on small shapes and checks the results: what a sanitizer watches.
 *
 * @param tell told the name of each case that passed.
 * @throws DgError when a result is wrong.
 */
export async function exerciseKernels(device: KernelDevice, tell: (name: string) => void): Promise<void> {
  await exerciseCasts(device, tell);
  for (const exercise of exerciseCases()) await exerciseGemm(device, exercise, tell);
}

async function exerciseGemm(
  device: KernelDevice,
  { operation, config, shape, accumulate }: ExerciseCase,
  tell: (name: string) => void,
): Promise<void> {
  const stream = device.createStream();
  const set = createGemmSet(device, stream, operation, shape, 1, { outputType: config.output, accumulate });
  const name = `${operation} ${shapeName(shape)} ${gemmConfigName(config)}${accumulate ? ' +C' : ''}`;
  try {
    launchWithConfig(device, stream, set, config, accumulate);
    await stream.synchronize();
    await checkGemm(set, name);
    tell(name);
  } finally {
    set.destroy();
    stream.destroy();
  }
}
