import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkGemm } from '../support/check-gemm.js';
import { recordEpsilon } from '../support/epsilon-record.js';
import { describeCase, drawCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon, caseCount, deviceName, onlyCase } from '../support/test-settings.js';

const seed = testSeed();
const cases = Array.from({ length: caseCount }, (_, index) => index);

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('random %s GEMMs', (operandType) => {
  let device: Device;
  const record = recordEpsilon(() => device.name);
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(onlyCase === undefined ? cases : [onlyCase])('case %i', async (index) => {
    const random = seededRandom(seed).fork(index);
    const gemm = drawCase(random, operandType);
    try {
      const epsilon = await checkGemm(device, gemm, drawData(random, gemm));
      expect(epsilon).toBeLessThanOrEqual(allowedEpsilon(operandType));
      record(operandType, epsilon);
    } catch (error) {
      throw new Error(
        `${describeCase(gemm)}\nrepeat with: DG_TEST_SEED=${seed} DG_TEST_CASE=${index} ` +
          `vitest run --project conformance-${deviceName} random-gemms -t '${operandType}'`,
        { cause: error },
      );
    }
  });
});
