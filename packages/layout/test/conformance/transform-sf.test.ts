import type { Device, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed, withPoisonedBuffers } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  getMnMajorTmaAlignedTensor,
  transformSfIntoRequiredLayout,
} from '../../src/index.js';
import { drawScales, expectMnMajor } from '../cases/scale-case.js';
import { packedWordOracle } from '../oracle/ue8m0-oracle.js';

const random = seededRandom(testSeed());
const powerBits = () => random.integer(1, 254) << 23;

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** mn and k of an operand; neither a multiple of anything. */
const [mn, k] = [133, 700];
const sfK = 6;
const hopper = { mn, k, architecture: 'sm_90a' } as const;
const blackwell = { mn, k, architecture: 'sm_100a' } as const;
const perRow = [1, 1, 128] as const;

function scales(shape: readonly number[], mnMajor = false, draw: () => number = powerBits) {
  const [rows, columns] = shape.slice(-2) as [number, number];
  const strides = mnMajor ? [rows * columns, 1, rows] : [rows * columns, columns, 1];
  return drawScales(device, 'float32', { shape, strides: strides.slice(3 - shape.length), offset: 0 }, draw);
}

const batches: readonly (readonly number[])[] = [[], [1], [3]];
const groupsOf = ([groups]: readonly number[]) => (groups === undefined ? {} : { groups });

describe('transformSfIntoRequiredLayout for SM90', () => {
  it.each(batches.map((batch) => ({ batch })))(
    'makes scales of A MN-major and TMA-aligned for groups $batch',
    async ({ batch }) => {
      for (const mnMajor of [false, true]) {
        const shape = [...batch, mn, sfK];
        const { tensor, at } = scales(shape, mnMajor, random.bits);
        const result = withPoisonedBuffers(device, () =>
          transformSfIntoRequiredLayout(tensor, { ...hopper, ...groupsOf(batch), isSfa: true }),
        );
        expect(result.dtype).toBe('float32');
        await expectMnMajor(result, shape, at);
      }
    },
  );

  it('treats scales of B with one per row like those of A', async () => {
    const { tensor, at } = scales([mn, sfK]);
    for (const recipe of [{ recipe: perRow }, {}]) {
      const result = transformSfIntoRequiredLayout(tensor, { ...hopper, ...recipe, isSfa: false });
      await expectMnMajor(result, [mn, sfK], at);
    }
  });

  it('returns the same tensor where nothing is needed', () => {
    const a = getMnMajorTmaAlignedTensor(scales([mn, sfK]).tensor);
    expect(transformSfIntoRequiredLayout(a, { ...hopper, isSfa: true })).toBe(a);
    for (const mnMajor of [false, true]) {
      const b = scales([2, sfK], mnMajor).tensor;
      expect(transformSfIntoRequiredLayout(b, { ...hopper, isSfa: false })).toBe(b);
      const grouped = scales([3, 2, sfK], mnMajor).tensor;
      expect(transformSfIntoRequiredLayout(grouped, { ...hopper, groups: 3, isSfa: false })).toBe(grouped);
    }
  });

  it('copies scales of B in neither major', async () => {
    const spread = { shape: [2, sfK], strides: [2 * sfK, 2], offset: 0 };
    const { tensor, at } = drawScales(device, 'float32', spread, random.bits);
    const result = transformSfIntoRequiredLayout(tensor, { ...hopper, isSfa: false });
    await expectMnMajor(result, [2, sfK], at);
  });

  it.each(batches.map((batch) => ({ batch })))(
    'unpacks packed scales for groups $batch',
    async ({ batch }) => {
      const bits = () => (random.chance(0.1) ? random.pick([0x00400000, 0x7fc00000]) : powerBits());
      const { tensor, at } = scales([...batch, mn, sfK], false, bits);
      const packed = getMnMajorTmaAlignedPackedUe8m0Tensor(tensor);
      const result = withPoisonedBuffers(device, () =>
        transformSfIntoRequiredLayout(packed, { ...hopper, ...groupsOf(batch), isSfa: true }),
      );
      expect(result.dtype).toBe('float32');
      await expectMnMajor(result, [...batch, mn, sfK], at);
    },
  );

  it('is what a device without an architecture of its own takes', async () => {
    const { tensor } = scales([2, sfK]);
    if (device.properties.architecture !== undefined && !device.properties.architecture.startsWith('sm_90'))
      return;
    expect(transformSfIntoRequiredLayout(tensor, { mn, k, isSfa: false })).toBe(tensor);
  });
});

describe('transformSfIntoRequiredLayout for SM100', () => {
  it.each(batches.map((batch) => ({ batch })))(
    'packs scales per row for groups $batch',
    async ({ batch }) => {
      for (const isSfa of [true, false]) {
        const { tensor, at } = scales([...batch, mn, sfK]);
        const result = withPoisonedBuffers(device, () =>
          transformSfIntoRequiredLayout(tensor, { ...blackwell, ...groupsOf(batch), isSfa, recipe: perRow }),
        );
        await expectMnMajor(result, [...batch, mn, 2], (batchIndex, row, word) =>
          packedWordOracle(4 * word, sfK, false, (column) => at(batchIndex, row, column)),
        );
      }
    },
  );

  it.each(batches.map((batch) => ({ batch })))(
    'repeats scales of 128 rows of B along N for groups $batch',
    async ({ batch }) => {
      for (const mnMajor of [false, true]) {
        const { tensor, at } = scales([...batch, 2, sfK], mnMajor);
        const result = withPoisonedBuffers(device, () =>
          transformSfIntoRequiredLayout(tensor, { ...blackwell, ...groupsOf(batch), isSfa: false }),
        );
        await expectMnMajor(result, [...batch, mn, 2], (batchIndex, row, word) =>
          packedWordOracle(4 * word, sfK, false, (column) => at(batchIndex, Math.floor(row / 128), column)),
        );
      }
    },
  );

  it('gives NaN for what is no power of two, or rounds it up', async () => {
    const sf = device.tensor(Float32Array.of(0.3, 2, Number.NaN, 4), [1, 4], 'float32');
    const options = { mn: 1, k: 512, isSfa: true, architecture: 'sm_100a' };
    const exact = transformSfIntoRequiredLayout(sf, options);
    const rounded = transformSfIntoRequiredLayout(sf, { ...options, round: true });
    expectBytes(await exact.read(), [255, 128, 255, 129]);
    expectBytes(await rounded.read(), [126, 128, 255, 129]);
  });

  it('returns packed scales that have the layout, and copies others', async () => {
    const { tensor } = scales([2, mn, sfK]);
    const packed = getMnMajorTmaAlignedPackedUe8m0Tensor(tensor);
    const options = { ...blackwell, groups: 2, isSfa: true };
    expect(transformSfIntoRequiredLayout(packed, options)).toBe(packed);
    const spread = { shape: [2, mn, 2], strides: [2 * mn + 1, 2, 1], offset: 1 };
    const { tensor: rowMajor, at } = drawScales(device, 'int32', spread, random.bits);
    const result = withPoisonedBuffers(device, () => transformSfIntoRequiredLayout(rowMajor, options));
    expect(result.dtype).toBe('int32');
    await expectMnMajor(result as Tensor, [2, mn, 2], at);
  });
});

function expectBytes(words: ArrayLike<number>, bytes: readonly number[]): void {
  const received = new Uint8Array(Int32Array.from(words).buffer);
  expectSameBits(received, Uint8Array.from(bytes), { name: 'codes' });
}
