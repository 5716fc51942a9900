import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, it } from 'vitest';
import { densePeriodic } from '../periodic/dense-periodic.js';
import { kGroupedPeriodic } from '../periodic/k-grouped-periodic.js';
import { contiguousPeriodic, maskedPeriodic } from '../periodic/m-grouped-periodic.js';
import { checkPeriodicCase } from '../periodic/periodic-case.js';

/** What `test/gpu/operands-past-32-bits.test.ts` does with large operands, so that it is right wherever it runs. */
describe.each(['float8_e4m3fn', 'bfloat16'] as const)('periodic operands of %s', (operandType) => {
  const random = seededRandom(testSeed());
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it('dense', async () => {
    const periodic = densePeriodic(device, random, operandType, { m: 70, n: 72, k: 144 });
    await checkPeriodicCase(device, periodic, random);
  });

  it('contiguous groups', async () => {
    const sizes = { rowsOfGroups: [128, 128, 256], order: [2, 0, 1], n: 72, k: 144 };
    await checkPeriodicCase(device, contiguousPeriodic(device, random, operandType, sizes), random);
  });

  it('masked groups', async () => {
    const sizes = { rowsOfGroups: [1, 0, 30], maxM: 33, n: 72, k: 144 };
    await checkPeriodicCase(device, maskedPeriodic(device, random, operandType, sizes), random);
  });

  it.each(operandType === 'bfloat16' ? (['matrix'] as const) : (['matrix', 'blocks'] as const))(
    'K groups in a %s',
    async (storage) => {
      const sizes = { m: 48, n: 64, ks: [128, 0, 256] };
      const periodic = kGroupedPeriodic(device, random, operandType, storage, sizes);
      await checkPeriodicCase(device, periodic, random);
    },
  );
});
