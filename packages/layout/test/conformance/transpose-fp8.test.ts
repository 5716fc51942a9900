import { type Device, Tensor } from '@dg/runtime';
import {
  expectSameBits,
  guardedTensor,
  type SeededRandom,
  seededRandom,
  testDevice,
  testSeed,
} from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { transposeFp8 } from '../../src/index.js';

const drawnCases = Number(process.env['DG_TEST_CASES'] ?? 40);
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

interface TransposeCase {
  readonly batches: number | undefined;
  readonly rows: number;
  readonly columns: number;
  /** Elements added to a row of the source, and behind its matrices. */
  readonly sourceGap: number;
  /** In front of the source. 4 and 20 misalign it. */
  readonly sourceGuardBytes: number;
  /** 16-byte units added to a row of the destination, and behind its matrices. */
  readonly destinationGap: number;
}

const sizes = [0, 1, 2, 3, 4, 15, 16, 17, 31, 32, 33, 127, 128, 129, 144, 145, 200];

function drawCase(draw: SeededRandom): TransposeCase {
  return {
    batches: draw.pick([undefined, undefined, 0, 1, 2, 3]),
    rows: draw.pick(sizes),
    columns: draw.pick(sizes),
    sourceGap: draw.pick([0, 0, 1, 7, 16]),
    sourceGuardBytes: draw.pick([256, 256, 16, 4, 20]),
    destinationGap: draw.pick([0, 0, 1, 2]),
  };
}

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
  const cases = [...landmarks, ...Array.from({ length: drawnCases }, () => drawCase(random))];
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      const { batches, rows, columns, sourceGap, destinationGap } = test;
      const inBatches = (stride: number, matrix: readonly number[]) =>
        batches === undefined ? [...matrix] : [stride, ...matrix];
      const shape = (matrix: readonly number[]) => inBatches(batches!, matrix);
      const sourcePitch = columns + sourceGap;
      const source = guardedTensor(device, shape([rows, columns]), 'float8_e4m3fn', {
        strides: inBatches(rows * sourcePitch + sourceGap, [sourcePitch, 1]),
        guardBytes: test.sourceGuardBytes,
      });
      const bytes = Uint8Array.from({ length: source.tensor.elementCount }, () => random.bits() & 0xff);
      source.tensor.write(bytes as never);
      const before = await source.tensor.buffer.read();
      const pitch = 16 * (Math.ceil(rows / 16) + destinationGap);
      const destination = guardedTensor(device, shape([columns, rows]), 'float8_e4m3fn', {
        strides: inBatches(columns * pitch + 16 * destinationGap, [pitch, 1]),
      });

      transposeFp8(source.tensor, destination.tensor);

      const expected = Uint8Array.from({ length: bytes.length }, (_, flat) => {
        const row = flat % rows;
        const column = Math.floor(flat / rows) % columns;
        const batch = Math.floor(flat / rows / columns);
        return bytes[(batch * rows + row) * columns + column]!;
      });
      expectSameBits(await destination.tensor.read(), expected, {
        name: 'destination',
        shape: destination.tensor.shape,
      });
      await destination.expectGuardsIntact();
      expectSameBits(await source.tensor.buffer.read(), before, { name: 'buffer of the source' });
      source.destroy();
      destination.destroy();
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
