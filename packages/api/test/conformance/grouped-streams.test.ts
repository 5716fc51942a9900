import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawForm, gemmForms } from '../search/form-cases.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';

/** Only hardware runs them at once. */
const rounds = onGpu ? 10 : 1;

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s GEMMs of every form', (operandType) => {
  const random = seededRandom(testSeed());
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  // Pitfall: tensor maps patched in place while copies that use them are in flight.
  it('on several streams do not disturb each other', async () => {
    const jobs = gemmForms[operandType].map((form) => {
      const numbers = drawForm(random, form, operandType, 1);
      return { numbers, call: numbers.upload(device), stream: device.createStream() };
    });
    for (let round = 0; round < rounds; round++) {
      for (const { call } of jobs) call.reset();
      await device.synchronize();
      for (const { call, stream } of jobs) call.run({ stream });
      for (const { numbers, call, stream } of jobs) {
        const d = await call.output.tensor.read({ stream });
        expect(numbers.check(d, {})).toBeLessThanOrEqual(allowedEpsilon(operandType));
      }
    }
    for (const { call, stream } of jobs) {
      await call.output.expectGuardsIntact();
      call.destroy();
      stream.destroy();
    }
  });
});
