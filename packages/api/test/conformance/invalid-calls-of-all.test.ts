import type { Device } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import * as api from '../../src/index.js';
import { expectSpoilRefused } from '../spoils/expect-spoil-refused.js';
import { gemmSpoils } from '../spoils/gemm-spoils.js';
import { callEntryPoint, entryPointNames } from '../support/entry-points.js';
import { rightCall } from '../support/right-call.js';

const mistakes = ['tensors', 'strange values', 'sizes', 'operands', 'output', 'options'] as const;

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

it('every entry point of the library is in the table', () => {
  const gemms = Object.keys(api).filter((name) => /^(mGrouped|kGrouped|fp8|bf16).*(Gemm)/i.test(name));
  expect([...entryPointNames].sort()).toEqual(gemms.sort());
});

describe.each(entryPointNames)('%s', (name) => {
  it('takes a right call', async () => {
    callEntryPoint(name, rightCall(device, name));
    await device.synchronize();
  });

  it.each(mistakes)('refuses wrong %s, each of them', async (kind) => {
    const call = rightCall(device, name);
    const spoils = gemmSpoils(device, name, call)[kind]!;
    expect(Object.keys(gemmSpoils(device, name, call))).toEqual(mistakes);
    expect(spoils.length).toBeGreaterThan(2);
    for (const spoil of spoils) await expectSpoilRefused(name, call, spoil);
  });
});
