import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGemm } from '../support/check-gemm.js';
import { recordEpsilon } from '../support/epsilon-record.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';

/** Several tiles, waves of tiles, or long loops: more than one thread block has to get right together. */
const shapes: [m: number, n: number, k: number][] = [
  [512, 1024, 2048],
  [4096, 2112, 256],
  [1, 7168, 2048],
  [129, 24, 16384],
  [257, 4104, 384],
  [2304, 3000, 320],
  [64, 4096, 7168],
];
const sampledRows = 8;
/** Deeper sums of small integers can exceed the bits of a float32. */
const deepestExact = 4096;
const cases = shapes.flatMap((shape) => {
  const kinds = shape[2] > deepestExact ? (['normal'] as const) : (['normal', 'integers'] as const);
  return kinds.map((data) => [...shape, data] as const);
});

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('large %s GEMMs', (operandType) => {
  const seed = testSeed();
  let device: Device;
  const record = recordEpsilon(() => device.name);
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(cases)('%i x %i x %i, %s', async (m, n, k, data) => {
    const random = seededRandom(seed);
    const gemm = completeCase(random, { operandType, m, n, k, data });
    const drawn = Array.from({ length: sampledRows }, () => random.integer(0, m - 1));
    const rows = [...new Set([0, m - 1, Math.min(127, m - 1), Math.min(128, m - 1), ...drawn])];
    const epsilon = await checkGemm(device, gemm, drawData(random, gemm), { rows });
    expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType, onGpu, gemm.data));
    record(operandType, epsilon);
  });
});
