import { seededRandom, testSeed } from '@dg/testing';
import { expect, it } from 'vitest';
import { denseGemmConfigs } from '../../src/config/gemm-candidates.js';
import { checkOutput } from '../support/check-output.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon } from '../support/test-settings.js';
import { runOn } from './every-configuration.js';

// Scales of B are fetched for 32 blocks of K at a time, one time ahead: the third time is the first that could repeat another.
it.each([1, 2])(
  'scales of more than 64 blocks of K belong to their blocks, with %i partial sums',
  async (sums) => {
    const config = denseGemmConfigs('fp8-1d2d').find(
      ({ blockM, partialSums = 1, splitK = 1, store, output }) =>
        blockM <= 128 && partialSums === sums && splitK === 1 && store === 'guarded' && output === 'float32',
    )!;
    const random = seededRandom(testSeed());
    const shape = { m: 3, n: 5, k: 67 * 128 } as const;
    const gemm = completeCase(random, {
      operandType: 'float8_e4m3fn',
      ...shape,
      scaleLayoutA: 'mn-major aligned',
      data: 'normal',
      outputType: 'float32',
    });
    const data = drawData(random, gemm);
    const output = await runOn({}, gemm, data, config);
    expect(checkOutput(gemm, data, output)).toBeLessThanOrEqual(allowedEpsilon('float8_e4m3fn'));
  },
);
