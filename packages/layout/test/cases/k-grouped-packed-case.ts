import type { Device } from '@dg/runtime';
import { expectEqual, type SeededRandom, withPoisonedBuffers } from '@dg/testing';
import { getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor } from '../../src/index.js';
import { packedWordOracle } from '../oracle/ue8m0-oracle.js';
import { drawScaleBits, drawScales, drawUsualScaleBits, expectMnMajor } from './scale-case.js';

export interface KGroupedPackedCase {
  /** Scale rows of each group. */
  readonly blocks: readonly number[];
  readonly mn: number;
  readonly granularity: 32 | 128;
  readonly round: boolean;
  /** MN contiguous, with rows at multiples of 16 bytes or not; otherwise K. */
  readonly layout: 'mn-aligned' | 'mn' | 'k';
  readonly exactRows: boolean;
}

export function drawKGroupedPackedCase(draw: SeededRandom): KGroupedPackedCase {
  const groups = draw.pick([1, 2, 3, 7, 33, 65]);
  return {
    blocks: Array.from({ length: groups }, () => draw.pick([0, 0, 1, 2, 3, 4, 5, 8, 9])),
    mn: draw.pick([0, 1, 4, 31, 32, 33, 70, 130]),
    granularity: draw.pick([32, 128]),
    round: draw.chance(0.5),
    layout: draw.pick(['mn-aligned', 'mn-aligned', 'mn', 'k']),
    exactRows: draw.chance(0.5),
  };
}

/** Every group is packed on its own, and padding is zero. */
export async function checkKGroupedPacked(
  device: Device,
  test: KGroupedPackedCase,
  random: SeededRandom,
): Promise<void> {
  const { blocks, mn, granularity, round, exactRows } = test;
  const { tensor, at } = scalesOf(device, test, random);
  const contents = Int32Array.from(blocks, (count) => count * granularity);
  const ks = device.tensor(contents, [blocks.length], 'int32');
  const rowsNeeded = blocks.reduce((sum, count) => sum + Math.ceil(count / 4), 0);
  const packed = withPoisonedBuffers(device, () =>
    getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(tensor, ks, {
      granularity,
      round,
      ...(exactRows ? { packedRows: rowsNeeded } : {}),
    }),
  );
  const rows = packed.shape[0]!;
  const enough = exactRows ? rows === rowsNeeded : rows >= rowsNeeded;
  expectEqual(enough, true, `${rows} rows being as many as the ${rowsNeeded} that are needed`);

  const columns = columnsOfRows(blocks);
  await expectMnMajor(packed.transpose(), [mn, rows], (_, column, word) => {
    const [start, end] = columns[word] ?? [0, 0];
    return packedWordOracle(start, end, round, (k) => at(0, k, column));
  });
  for (const each of [tensor, ks, packed]) each.destroy();
}

function scalesOf(device: Device, { blocks, mn, layout }: KGroupedPackedCase, random: SeededRandom) {
  const sfK = blocks.reduce((sum, count) => sum + count, 0);
  const [strides, offset] = {
    'mn-aligned': [[Math.ceil(mn / 4) * 4 + 4, 1], 4],
    mn: [[mn + 3, 1], 1],
    k: [[1, sfK + 1], 1],
  }[layout] as [number[], number];
  const drawBits = random.pick([drawScaleBits, drawUsualScaleBits]);
  return drawScales(device, 'float32', { shape: [sfK, mn], strides, offset }, () => drawBits(random));
}

/** Row by row of the result: the columns of K of its group, each group on its own. */
function columnsOfRows(blocks: readonly number[]): (readonly [first: number, end: number])[] {
  const columns: (readonly [number, number])[] = [];
  let first = 0;
  for (const count of blocks) {
    for (let word = 0; word < Math.ceil(count / 4); word++) columns.push([first + 4 * word, first + count]);
    first += count;
  }
  return columns;
}
