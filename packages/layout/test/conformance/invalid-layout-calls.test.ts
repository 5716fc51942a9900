import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import * as layout from '../../src/index.js';
import { expectSpoilRefused, type LayoutFunction, layoutCalls } from '../search/layout-calls.js';

const names = Object.keys(layoutCalls) as LayoutFunction[];

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

it('every function that takes tensors is in the table', () => {
  const onHost = /^(decode|encode|pack|unpack|round|bfloat16|float32|e4m3|ue8m0|getTmaAlignedSize)/;
  expect([...names].sort()).toEqual(
    Object.keys(layout)
      .filter((name) => !onHost.test(name) && name !== 'gemmCopies')
      .sort(),
  );
});

describe.each(names)('%s', (name) => {
  const random = seededRandom(testSeed());

  it('takes a right call', async () => {
    const { call, given } = layoutCalls[name](device, random);
    await Promise.resolve(call(given)).catch((error: unknown) => {
      // Zeros are no powers of two.
      if (name !== 'checkPowersOfTwo') throw error;
    });
    await device.synchronize();
  });

  it('refuses each wrong one, and leaves the destination as it was', async () => {
    const right = layoutCalls[name](device, random);
    const spoils = Object.values(right.spoils).flat();
    expect(spoils.length).toBeGreaterThan(15);
    for (const spoil of spoils) await expectSpoilRefused(name, right, spoil);
  });
});
