import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { getMnMajorTmaAlignedTensor } from '../../src/index.js';
import { checkMnMajorTmaAligned } from '../cases/mn-major-case.js';
import { drawScaleCase, drawScales, type ScaleCase } from '../cases/scale-case.js';

/** Many more are in the search of `tools/search`. */
const drawnCases = 30;
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** Random bits, NaN payloads and all. */
const randomBits = (test: ScaleCase) => drawScales(device, 'float32', test, random.bits);

// PITFALLS, Layout: padding left in the result, a copy of what is aligned, mn no multiple of 4, the batch stride made
// from the unaligned mn.
describe('getMnMajorTmaAlignedTensor', () => {
  const cases = Array.from({ length: drawnCases }, () => drawScaleCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      await checkMnMajorTmaAligned(device, test, random);
    },
  );

  it('returns an input that has the layout, wherever it starts on 16 bytes', () => {
    for (const offset of [0, 4, 8]) {
      const flat = randomBits({ shape: [5, 3], strides: [1, 8], offset }).tensor;
      expect(getMnMajorTmaAlignedTensor(flat)).toBe(flat);
      const batched = randomBits({ shape: [2, 5, 3], strides: [24, 1, 8], offset }).tensor;
      expect(getMnMajorTmaAlignedTensor(batched)).toBe(batched);
    }
  });

  it('copies an input that has the strides but starts elsewhere', async () => {
    const { tensor } = randomBits({ shape: [4, 3], strides: [1, 4], offset: 1 });
    const result = getMnMajorTmaAlignedTensor(tensor);
    expect(result).not.toBe(tensor);
    expect(result.offset).toBe(0);
  });

  it('copies batches whose stride was made from the unaligned mn', () => {
    const { tensor } = randomBits({ shape: [2, 5, 3], strides: [15, 1, 5], offset: 0 });
    const result = getMnMajorTmaAlignedTensor(tensor);
    expect(result).not.toBe(tensor);
    expect(result.strides).toEqual([24, 1, 8]);
  });
});
