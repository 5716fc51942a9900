import type { Device, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor } from '../../src/index.js';
import { checkKGroupedPacked, drawKGroupedPackedCase } from '../cases/k-grouped-packed-case.js';

/** Many more are in the search of `tools/search`. */
const drawnCases = 20;
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

describe('getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor', () => {
  const cases = Array.from({ length: drawnCases }, () => drawKGroupedPackedCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      await checkKGroupedPacked(device, test, random);
    },
  );

  it('without packedRows has as many rows as the worst sizes need', () => {
    const rowsFor = (sfK: number, groups: number) =>
      getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(
        device.zeros([sfK, 1], 'float32'),
        device.zeros([groups], 'int32'),
      ).shape[0];
    expect(rowsFor(9, 1)).toBe(3);
    expect(rowsFor(9, 2)).toBe(3);
    expect(rowsFor(10, 2)).toBe(4);
    expect(rowsFor(1, 256)).toBe(1);
    expect(rowsFor(0, 3)).toBe(0);
  });

  it('is captured, and replayed with other sizes', async () => {
    const stream = device.createStream();
    const values = Float32Array.from({ length: 6 }, (_, k) => 2 ** k);
    const sf = device.tensor(values, [6, 1], 'float32');
    const ks = device.tensor(Int32Array.of(128, 640), [2], 'int32');
    getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(sf, ks).destroy();
    await device.synchronize();
    let packed!: Tensor<'int32'>;
    const graph = stream.capture(() => {
      packed = getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(sf, ks, { stream });
    });
    for (const [sizes, rows] of [
      [
        [128, 640],
        [[127], [128, 129, 130, 131], [132]],
      ],
      [
        [384, 384],
        [[127, 128, 129], [130, 131, 132], []],
      ],
      [
        [0, 768],
        [[127, 128, 129, 130], [131, 132], []],
      ],
    ] as const) {
      ks.write(Int32Array.from(sizes), { stream });
      graph.launch({ stream });
      const expected = new Uint8Array(12);
      for (const [row, codes] of rows.entries()) expected.set(codes, 4 * row);
      expectSameBits(await packed.read({ stream }), new Int32Array(expected.buffer), { name: 'packed' });
    }
    graph.destroy();
    stream.destroy();
  });

  it.each([
    [[-1, -128, 256]],
    [[2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]],
    [[127, 129, -(2 ** 31)]],
    [[128, 2 ** 30, 128]],
  ])('reads nothing outside for sizes %j', async (sizes) => {
    // The scales end where their buffer ends, so that a read past them is one past the memory.
    const sf = device.tensor(new Float32Array(8 * 4).fill(1), [8, 4], 'float32');
    const ks = device.tensor(Int32Array.from(sizes), [3], 'int32');
    const packed = getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(sf, ks, { packedRows: 40 });
    const codes = new Uint8Array((await packed.read()).buffer);
    expect(codes.every((code) => code === 0 || code === 127)).toBe(true);
  });
});
