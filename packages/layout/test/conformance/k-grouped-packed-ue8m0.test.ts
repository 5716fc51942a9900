import { type Device, requestDevice, type Tensor } from '@dg/runtime';
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

  const groupings = {
    'one after the other': [5, 1, 3, 4, 16, 2],
    'empty ones between': [0, 0, 5, 0, 1, 0, 0, 0, 0, 3, 20, 0],
    'of one block': Array.from({ length: 70 }, () => 1),
    'far apart': Array.from({ length: 100 }, (_, group) => (group % 33 === 32 ? 6 : 0)),
  };
  const tails = Object.entries(groupings).flatMap(([name, blocks]) =>
    [1, 3, 128, 130].map((mn) => ({ name: `${name}, ${mn} rows`, blocks, mn })),
  );
  it.each(tails)('groups $name', async ({ blocks, mn }) => {
    for (const layout of ['mn-aligned', 'mn'] as const) {
      for (const exactRows of [false, true]) {
        const test = { blocks, mn, granularity: 32, round: false, layout, exactRows } as const;
        await checkKGroupedPacked(device, test, random);
      }
    }
  });

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

  const strangeSizes = [
    [-1, -128, 256],
    [2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1],
    [127, 129, -(2 ** 31)],
    [128, 2 ** 30, 128],
  ];
  it.each(strangeSizes.flatMap((sizes) => [3, 4].map((mn) => ({ sizes, mn }))))(
    'reads nothing outside for sizes $sizes and $mn rows',
    async ({ sizes, mn }) => {
      // The scales end where their buffer ends, so that a read past them is one past the memory.
      const sf = device.tensor(new Float32Array(8 * mn).fill(1), [8, mn], 'float32');
      const ks = device.tensor(Int32Array.from(sizes), [3], 'int32');
      const packed = getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(sf, ks, { packedRows: 40 });
      const codes = new Uint8Array((await packed.read()).buffer);
      expect(codes.every((code) => code === 0 || code === 127)).toBe(true);
    },
  );

  it('has the bits of the cpu for sizes that do not add up', async () => {
    const cpu = await requestDevice('cpu');
    const [sfK, mn, packedRows] = [23, 6, 30];
    const values = Float32Array.from({ length: sfK * 8 }, () => 2 ** random.integer(-99, 99));
    for (let round = 0; round < 12; round++) {
      const sizes = Int32Array.from({ length: random.pick([1, 5, 40]) }, () =>
        random.chance(0.1) ? random.bits() : random.integer(-64, 900),
      );
      const granularity = random.pick([32, 128] as const);
      const packedOn = (on: Device) =>
        getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(
          on.tensor(values, [sfK, 8], 'float32').slice(1, 0, mn),
          on.tensor(sizes, [sizes.length], 'int32'),
          { packedRows, granularity },
        ).read();
      expectSameBits(await packedOn(device), await packedOn(cpu), { name: `packed with sizes ${sizes}` });
    }
  });
});
