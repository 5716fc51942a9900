import type { Device, Tensor } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { densePeriodic } from '../periodic/dense-periodic.js';
import { kGroupedPeriodic } from '../periodic/k-grouped-periodic.js';
import { contiguousPeriodic, maskedPeriodic } from '../periodic/m-grouped-periodic.js';
import { checkPeriodicCase, type PeriodicCase } from '../periodic/periodic-case.js';
import { inputsOf } from '../support/uploaded-gemm.js';

// PITFALLS, Kernels: 32-bit overflow in ΣK·M, M·N and byte offsets, everything past 2^31 elements.
const past = 2 ** 31;

/** Multiples of 128 whose products are just past 2^31, twice or three times over. */
const [long, deep] = [2 ** 16 + 128, 2 ** 15 + 128];
const third = 22_016;

const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

// Pitfall: 32-bit overflow past 2³¹ elements.
describe.each(['float8_e4m3fn', 'bfloat16'] as const)(
  'A, B and D of more than 2^31 elements each, %s',
  (operandType) => {
    it('dense', async () => {
      await check(densePeriodic(device, random, operandType, { m: long, n: long, k: deep }));
    });

    it('contiguous groups', async () => {
      const sizes = { rowsOfGroups: [128, 2 ** 15, 2 ** 15], order: [2, 0, 1], n: 2 ** 15, k: deep };
      await check(contiguousPeriodic(device, random, operandType, sizes));
    });

    it('masked groups', async () => {
      const sizes = { rowsOfGroups: [1, 0, third - 5], maxM: third, n: 2 ** 15, k: deep };
      await check(maskedPeriodic(device, random, operandType, sizes));
    });

    it('K groups, ΣK·M', async () => {
      const sizes = { m: deep, n: deep, ks: [21_888, 0, 43_776] };
      await check(kGroupedPeriodic(device, random, operandType, 'matrix', sizes));
    });
  },
);

it('A, B and D of more than 2^31 elements each, FP8 in the blocks of K groups', async () => {
  const sizes = { m: deep, n: deep, ks: [43_776, 0, 21_888] };
  await check(kGroupedPeriodic(device, random, 'float8_e4m3fn', 'blocks', sizes));
});

async function check(periodic: PeriodicCase): Promise<void> {
  const { call } = periodic;
  const d = call['d'] as Tensor;
  const inputs = inputsOf(call);
  const large = [d, ...inputs].filter(({ elementCount }) => elementCount > past);
  expect(large.length).toBe(3);
  await checkPeriodicCase(device, periodic, random);
  for (const tensor of [d, ...inputs]) tensor.destroy();
}
