import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGemm } from '../support/check-gemm.js';
import { completeCase, type DenseVariant, drawInputPitch, type GemmCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon } from '../support/test-settings.js';

const entries = ['nt', 'nn', 'tn', 'tt'] as const;
const majors = ['k', 'mn'] as const;

const shapes: (Partial<GemmCase> & Pick<GemmCase, 'm' | 'n' | 'k'>)[] = [
  { m: 18, n: 136, k: 200, data: 'normal' },
  { m: 65, n: 24, k: 144, data: 'integers' },
  { m: 33, n: 24, k: 100, data: 'integers', accumulation: 'in place' },
  { m: 1, n: 1, k: 1, data: 'normal' },
  { m: 7, n: 1, k: 130, data: 'normal' },
  { m: 40, n: 17, k: 0, accumulation: 'c' },
];

function variants(operandType: 'float8_e4m3fn' | 'bfloat16'): DenseVariant[] {
  const scaleRows = operandType === 'bfloat16' ? ([128] as const) : ([128, 1] as const);
  return entries.flatMap((entry, index) =>
    majors.flatMap((majorA) =>
      majors.flatMap((majorB) =>
        scaleRows.map((scaleRowsB) => ({ entry, majorA, majorB, scaleRowsB, recipeGiven: index % 2 === 0 })),
      ),
    ),
  );
}

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s GEMMs of any layout', (operandType) => {
  const seed = testSeed();
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.for(variants(operandType))('%o', async (variant) => {
    for (const [index, shape] of shapes.entries()) {
      const random = seededRandom(seed).fork(index);
      const { m, n, k } = shape;
      const gemm = completeCase(random, {
        ...shape,
        operandType,
        pitchA: drawInputPitch(random, operandType, variant.majorA === 'k' ? k : m),
        pitchB: drawInputPitch(random, operandType, variant.majorB === 'k' ? k : n),
        variant,
      });
      const epsilon = await checkGemm(device, gemm, drawData(random, gemm));
      expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType));
    }
  });
});
