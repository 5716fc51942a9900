import { type Device, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { transposeFp8 } from '../../src/index.js';
import { checkTranspose, drawTransposeCase, type TransposeCase } from '../cases/transpose-case.js';

/** Many more are in the search of `tools/search`. */
const drawnCases = 30;
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

/** Tiles that are whole, and that lie in every corner. */
const landmarks: readonly TransposeCase[] = [
  [128, 128, 0],
  [256, 128, 0],
  [129, 257, 0],
  [257, 129, 15],
  [1, 300, 4],
  [300, 1, 0],
].map(([rows, columns, sourceGap]) => ({
  batches: undefined,
  rows: rows!,
  columns: columns!,
  sourceGap: sourceGap!,
  sourceGuardBytes: 256,
  destinationGap: 0,
}));

describe('transposeFp8', () => {
  const cases = [...landmarks, ...Array.from({ length: drawnCases }, () => drawTransposeCase(random))];
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      await checkTranspose(device, test, random);
    },
  );

  it('covers aligned and unaligned sources in what it draws', () => {
    const aligned = (test: TransposeCase) =>
      test.sourceGuardBytes % 16 === 0 && (test.columns + test.sourceGap) % 16 === 0;
    expect(new Set(cases.map(aligned)).size).toBe(2);
  });

  it('reads a source that ends with its buffer', async () => {
    for (const columns of [16, 17, 30]) {
      const bytes = Uint8Array.from({ length: 5 * columns }, () => random.bits() & 0xff);
      const source = device.tensor(bytes, [5, columns], 'uint8');
      const buffer = device.createBuffer({ byteLength: columns * 16 - 11 });
      buffer.fill(0);
      const destination = new Tensor({ buffer, dtype: 'uint8', shape: [columns, 5], strides: [16, 1] });
      transposeFp8(source, destination);
      const expected = Uint8Array.from(
        bytes,
        (_, flat) => bytes[(flat % 5) * columns + Math.floor(flat / 5)]!,
      );
      expectSameBits(await destination.read(), expected, { name: 'destination' });
    }
  });
});
