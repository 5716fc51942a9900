import { type Device, Tensor } from '@dg/runtime';
import {
  expectSameBits,
  type SeededRandom,
  seededRandom,
  testDevice,
  testSeed,
  withPoisonedBuffers,
} from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { getMnMajorTmaAlignedTensor } from '../../src/index.js';

const drawnCases = Number(process.env['DG_TEST_CASES'] ?? 60);
const random = seededRandom(testSeed());

interface LayoutCase {
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly offset: number;
}

const sizes = [0, 1, 2, 3, 4, 5, 31, 32, 33, 64, 127, 129];

function drawCase(draw: SeededRandom): LayoutCase {
  const batched = draw.chance(0.5);
  const [batches, mn, k] = [batched ? draw.pick([0, 1, 2, 3]) : 1, draw.pick(sizes), draw.pick(sizes)];
  const gap = draw.pick([0, 0, 1, 4]);
  const [mnStride, kStride] = draw.pick([
    [k + gap, 1],
    [1, mn + gap],
    [2 * (k + gap), 2],
    [1, 0],
    [0, 1],
  ] as const);
  const batchStride = Math.max(mn * mnStride, k * kStride) + gap;
  return {
    shape: batched ? [batches, mn, k] : [mn, k],
    strides: batched ? [batchStride, mnStride, kStride] : [mnStride, kStride],
    offset: draw.pick([0, 0, 1, 4]),
  };
}

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** A tensor over a buffer of random bits, NaN payloads and all. */
function randomBits({ shape, strides, offset }: LayoutCase) {
  const span = shape.includes(0) ? 0 : shape.reduce((sum, size, dim) => sum + (size - 1) * strides[dim]!, 1);
  const words = Uint32Array.from({ length: offset + span + 8 }, () => random.bits());
  const buffer = device.createBuffer({ byteLength: words.byteLength });
  buffer.write(words);
  return { words, tensor: new Tensor({ buffer, dtype: 'float32', shape, strides, offset }) };
}

describe('getMnMajorTmaAlignedTensor', () => {
  const cases = Array.from({ length: drawnCases }, () => drawCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      const { words, tensor: source } = randomBits(test);
      const result = withPoisonedBuffers(device, () => getMnMajorTmaAlignedTensor(source));
      const [batches, mn, k] = test.shape.length === 3 ? test.shape : [1, ...test.shape];
      const [batchStride, mnStride, kStride] = test.shape.length === 3 ? test.strides : [0, ...test.strides];
      const alignedMn = Math.ceil(mn! / 4) * 4;

      expect(result.shape).toEqual(test.shape);
      const strides = [alignedMn * k!, 1, alignedMn];
      expect(result.strides).toEqual(test.shape.length === 3 ? strides : strides.slice(1));
      if (result !== source) {
        const expected = new Uint32Array(batches! * alignedMn * k!);
        for (let batch = 0; batch < batches!; batch++)
          for (let row = 0; row < mn!; row++)
            for (let column = 0; column < k!; column++)
              expected[(batch * k! + column) * alignedMn + row] =
                words[test.offset + batch * batchStride! + row * mnStride! + column * kStride!]!;
        expectSameBits(await result.buffer.read(), new Uint8Array(expected.buffer), { name: 'result' });
        result.destroy();
      }
      expectSameBits(await source.buffer.read(), new Uint8Array(words.buffer), { name: 'source' });
      source.destroy();
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
