import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkOutput } from '../support/check-output.js';
import { uploadGemm } from '../support/device-gemm.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { groupLayout } from '../support/group-layout.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import { recordingDevice } from '../support/recording-device.js';
import { allowedEpsilon, onGpu } from '../support/test-settings.js';
import { type Settings, settingsOf, withSettings } from '../support/with-settings.js';

/** Of an H200, or of the simulator; and a product for which so many take another kernel under each of the settings. */
const multiprocessors = onGpu ? 132 : 4;
const [m, n, k] = onGpu ? [600, 1000, 256] : [130, 136, 256];

describe('what is set for a device', () => {
  const operandType = 'bfloat16';
  const seed = testSeed();
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each<Settings>([{ numSms: 1 }, { tcUtil: 0.1 }])(
    '%o changes the kernel, and D is right',
    async (set) => {
      const random = seededRandom(seed);
      const storable = { outputType: 'float32', accumulation: 'none', pitchD: n, guardBytes: 256 } as const;
      const gemm = completeCase(random, { operandType, m, n, k, data: 'normal', ...storable });
      const data = drawData(random, gemm);
      const kernelsUnder = (settings: Settings) => {
        const recorded = recordingDevice(multiprocessors);
        const { run } = uploadGemm(recorded.device, gemm, data);
        withSettings(recorded.device, settings, run);
        return recorded.takeSources();
      };
      expect(kernelsUnder(set)).toHaveLength(1);
      expect(kernelsUnder(set)).not.toEqual(kernelsUnder({}));

      const call = uploadGemm(device, gemm, data);
      const before = settingsOf(device);
      call.reset();
      withSettings(device, set, () => {
        expect(settingsOf(device)).toEqual({ ...before, ...set });
        call.run();
      });
      expect(settingsOf(device)).toEqual(before);
      expect(checkOutput(gemm, data, await call.read())).toBeLessThanOrEqual(allowedEpsilon(operandType));
      await call.output.expectGuardsIntact();
      call.destroy();
    },
  );

  it.each([64, 192])('segments start at multiples of mkAlignment (%i)', async (mkAlignment) => {
    const random = seededRandom(seed);
    // By the default of 128 the second group would start after its own end.
    const sizes = [130, 1, 190];
    const placed = groupLayout(sizes, { layout: 'psum', mkAlignment });
    const gemm = completeMGrouped(random, {
      form: 'contiguous',
      operandType,
      groups: sizes.length,
      m: placed.m,
      n: 40,
      k: 136,
      options: { layout: 'psum' },
    });
    const call = uploadMGrouped(device, drawMGrouped(random, gemm, placed.rows), placed.contents);
    const before = settingsOf(device);
    call.reset();
    withSettings(device, { mkAlignment }, call.run);
    expect(settingsOf(device)).toEqual(before);
    const d = await call.output.tensor.read();
    expect(call.check(d, placed.rows)).toBeLessThanOrEqual(allowedEpsilon(operandType));
    await call.output.expectGuardsIntact();
    call.destroy();
  });
});
