import type { KernelDevice } from '@dg/runtime';
import { shapeName } from '../gemm-shape.js';
import { createGemmSet } from '../inputs/gemm-set.js';
import { checkGemm } from '../measure/check-gemm.js';
import { type ExerciseCase, exerciseCases } from './exercise-cases.js';
import { exerciseCasts } from './exercise-casts.js';

/**
 * Runs every kind of kernel once on small shapes and checks the results: what a sanitizer watches.
 *
 * @param tell told the name of each case that passed.
 * @throws DgError when a result is wrong.
 */
export async function exerciseKernels(device: KernelDevice, tell: (name: string) => void): Promise<void> {
  await exerciseCasts(device, tell);
  for (const exercise of exerciseCases(device.properties)) await exerciseGemm(device, exercise, tell);
}

async function exerciseGemm(
  device: KernelDevice,
  { operation, shape, output }: ExerciseCase,
  tell: (name: string) => void,
): Promise<void> {
  const stream = device.createStream();
  const set = createGemmSet(device, stream, operation, shape, 1, output);
  const name = `${operation} ${shapeName(shape)} ${output.outputType}${output.accumulate ? ' +C' : ''}`;
  try {
    set.enqueue(stream);
    await stream.synchronize();
    await checkGemm(set, name);
    tell(name);
  } finally {
    set.destroy();
    stream.destroy();
  }
}
