import { gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import { launchWithConfig } from '../../../../packages/api/test/support/launch-with-config.js';
import { shapeName } from '../gemm-shape.js';
import { createGemmSet, type GemmSet } from '../inputs/gemm-set.js';
import { checkGemm } from '../measure/check-gemm.js';
import { type ExerciseCase, exerciseCases } from './exercise-cases.js';
import { exerciseLayouts } from './exercise-layouts.js';
import { exerciseVariants } from './exercise-variants.js';

/**
 * Runs every kind of kernel once on small shapes and checks the results: what a sanitizer watches.
 *
 * @param tell told the name of each case that passed.
 * @throws DgError when a result is wrong.
 */
export async function exerciseKernels(device: KernelDevice, tell: (name: string) => void): Promise<void> {
  await exerciseLayouts(device, tell);
  await exerciseVariants(device, tell);
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
    launchWithConfig(device, stream, operandsOf(set, accumulate), config);
    await stream.synchronize();
    await checkGemm(set, name);
    tell(name);
  } finally {
    set.destroy();
    stream.destroy();
  }
}

/** C is D, or nothing. */
function operandsOf({ operands, d }: GemmSet, accumulate: boolean): GemmOperands {
  const c = accumulate ? d : undefined;
  if (operands.operation === 'bf16_nt') {
    return { a: operands.a, b: operands.b, d, c, scalesA: undefined, scalesB: undefined };
  }
  const { a, b } = operands;
  return { a: a.data, b: b.data, d, c, scalesA: a.scales, scalesB: b.scales };
}
