import type { Device, Tensor } from '@dg/runtime';
import { expectEqual, expectSameBits, type SeededRandom, withPoisonedBuffers } from '@dg/testing';
import {
  getMnMajorTmaAlignedPackedUe8m0Tensor,
  type TransformSfOptions,
  transformSfIntoRequiredLayout,
} from '../../src/index.js';
import { packedWordOracle } from '../oracle/ue8m0-oracle.js';
import { drawScaleBits, drawScales, expectMnMajor, type ScaleCase } from './scale-case.js';

export interface TransformSfCase {
  readonly mn: number;
  readonly k: number;
  readonly groups: number | undefined;
  readonly isSfa: boolean;
  readonly rowsPerScale: 1 | 128;
  readonly architecture: 'sm_90a' | 'sm_100a';
  readonly round: boolean;
  readonly major: 'k' | 'mn' | 'neither';
  /** What is given is packed already. */
  readonly packed: boolean;
}

export function drawTransformSfCase(draw: SeededRandom): TransformSfCase {
  const isSfa = draw.chance(0.5);
  const rowsPerScale = isSfa ? 1 : draw.pick([1, 128] as const);
  return {
    mn: draw.pick([0, 1, 4, 31, 33, 127, 128, 129, 200, 260]),
    k: draw.pick([0, 1, 127, 128, 129, 500, 512, 700, 1100]),
    groups: draw.pick([undefined, undefined, 1, 3]),
    isSfa,
    rowsPerScale,
    architecture: draw.pick(['sm_90a', 'sm_100a']),
    round: draw.chance(0.5),
    major: draw.pick(['k', 'mn', 'neither']),
    packed: rowsPerScale === 1 && draw.chance(0.25),
  };
}

/** Scales come out as the architecture takes them; what needs nothing is returned as it is. */
export async function checkTransformSf(
  device: Device,
  test: TransformSfCase,
  random: SeededRandom,
): Promise<void> {
  const { mn, k, groups, isSfa, rowsPerScale, architecture, round, packed } = test;
  const sfK = Math.ceil(k / 128);
  const batch = groups === undefined ? [] : [groups];
  // What is packed has codes: a scale without one would come back as another NaN.
  const draw = () => (packed ? random.integer(1, 254) << 23 : drawScaleBits(random));
  const { tensor, words, at } = drawScales(device, 'float32', scalesOf(test, sfK), draw);
  const given: Tensor = packed ? getMnMajorTmaAlignedPackedUe8m0Tensor(tensor) : tensor;
  const given128 = isSfa && random.chance(0.5);
  // A single row of B may be a block, too: its recipe has to be given.
  const leavesOut = mn > 1 && random.chance(0.3);
  const options: TransformSfOptions = {
    mn,
    k,
    isSfa,
    ...(leavesOut ? {} : { recipe: given128 ? [1, 128, 128] : [1, rowsPerScale, 128] }),
    architecture,
    ...(groups === undefined ? {} : { groups }),
    ...(round ? { round } : {}),
  };
  const result: Tensor = withPoisonedBuffers(device, () => transformSfIntoRequiredLayout(given, options));
  await expectRequired();
  expectSameBits(await tensor.buffer.read(), new Uint8Array(words.buffer), { name: 'source' });
  for (const each of [tensor, given, result]) each.destroy();

  async function expectRequired(): Promise<void> {
    if (architecture === 'sm_100a') {
      const shape = [...batch, mn, Math.ceil(sfK / 4)];
      expectEqual(result.dtype, 'int32', 'dtype of the result');
      await expectMnMajor(result, shape, (batchIndex, row, word) =>
        packedWordOracle(4 * word, sfK, round, (column) =>
          at(batchIndex, Math.floor(row / rowsPerScale), column),
        ),
      );
      return;
    }
    expectEqual(result.dtype, 'float32', 'dtype of the result');
    if (result === given) return;
    await expectMnMajor(result, [...batch, Math.ceil(mn / rowsPerScale), sfK], at);
  }
}

function scalesOf({ mn, groups, rowsPerScale, major }: TransformSfCase, sfK: number): ScaleCase {
  const rows = Math.ceil(mn / rowsPerScale);
  const matrix = { k: [sfK + 1, 1], mn: [1, rows + 1], neither: [2 * sfK, 2] }[major];
  const batchStride = 2 * (rows + 1) * (sfK + 1);
  return groups === undefined
    ? { shape: [rows, sfK], strides: matrix, offset: 1 }
    : { shape: [groups, rows, sfK], strides: [batchStride, ...matrix], offset: 1 };
}
