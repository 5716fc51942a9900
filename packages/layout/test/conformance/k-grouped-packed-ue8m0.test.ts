import type { Device, Tensor } from '@dg/runtime';
import {
  expectSameBits,
  type SeededRandom,
  seededRandom,
  testDevice,
  testSeed,
  withPoisonedBuffers,
} from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor } from '../../src/index.js';
import { packedWordOracle } from '../oracle/ue8m0-oracle.js';
import { drawScaleBits, drawScales, expectMnMajor } from './scale-cases.js';

const drawnCases = Number(process.env['DG_TEST_CASES'] ?? 40);
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

interface KGroupedCase {
  /** Scale rows of each group. */
  readonly blocks: readonly number[];
  readonly mn: number;
  readonly granularity: 32 | 128;
  readonly round: boolean;
  /** Strides (gap apart) with mn contiguous; K contiguous otherwise. */
  readonly mnContiguous: boolean;
  readonly exactRows: boolean;
}

function drawCase(draw: SeededRandom): KGroupedCase {
  const groups = draw.pick([1, 2, 3, 7, 33, 65]);
  return {
    blocks: Array.from({ length: groups }, () => draw.pick([0, 0, 1, 2, 3, 4, 5, 8, 9])),
    mn: draw.pick([0, 1, 4, 31, 32, 33, 70]),
    granularity: draw.pick([32, 128]),
    round: draw.chance(0.5),
    mnContiguous: draw.chance(0.7),
    exactRows: draw.chance(0.5),
  };
}

function scalesOf({ blocks, mn, mnContiguous }: KGroupedCase) {
  const sfK = blocks.reduce((sum, count) => sum + count, 0);
  const strides = mnContiguous ? [mn + 3, 1] : [1, sfK + 1];
  return drawScales(device, 'float32', { shape: [sfK, mn], strides, offset: 1 }, () => drawScaleBits(random));
}

describe('getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor', () => {
  const cases = Array.from({ length: drawnCases }, () => drawCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      const { blocks, mn, granularity, round } = test;
      const { tensor, at } = scalesOf(test);
      const ks = device.tensor(
        Int32Array.from(blocks, (count) => count * granularity),
        [blocks.length],
        'int32',
      );
      const rowsNeeded = blocks.reduce(
        (sum, count) => sum + Math.ceil((count * granularity) / (4 * granularity)),
        0,
      );
      const packed = withPoisonedBuffers(device, () =>
        getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(tensor, ks, {
          granularity,
          round,
          ...(test.exactRows ? { packedRows: rowsNeeded } : {}),
        }),
      );
      const rows = packed.shape[0]!;
      if (test.exactRows) expect(rows).toBe(rowsNeeded);
      else expect(rows).toBeGreaterThanOrEqual(rowsNeeded);

      // Row by row: the columns of K of its group, each group on its own.
      const columns: (readonly [first: number, end: number])[] = [];
      let first = 0;
      for (const count of blocks) {
        for (let word = 0; word < Math.ceil(count / 4); word++) {
          columns.push([first + 4 * word, first + count]);
        }
        first += count;
      }
      await expectMnMajor(packed.transpose(), [mn, rows], (_, column, word) => {
        const [start, end] = columns[word] ?? [0, 0];
        return packedWordOracle(start, end, round, (k) => at(0, k, column));
      });
      packed.destroy();
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
