import type { CastGranularity } from '@dg/kernels';
import {
  describeValue,
  reject,
  requireOptions,
  requireStream,
  requireTensorOf,
  type Tensor,
} from '@dg/runtime';
import { requireChoice } from '../validation/require-choice.js';
import { requireKs } from '../validation/require-ks.js';
import { enqueuePackUe8m0 } from './enqueue-pack-ue8m0.js';
import type { PackUe8m0Options } from './get-mn-major-tma-aligned-packed-ue8m0-tensor.js';
import { newMnMajorTensor } from './new-mn-major-tensor.js';
import { codesPerWord } from './pack-problem.js';

export interface KGroupedPackUe8m0Options extends PackUe8m0Options {
  /** Elements of K that share a scale; 128 when left out. */
  readonly granularity?: CastGranularity;
  /**
   * Rows of the result: the sum of ceilDiv(ks[g], 4 · granularity) where it is known. When left out, the most that any
   * `ks` of this length can need.
   */
  readonly packedRows?: number;
}

const operation = 'getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor';
const noOptions: KGroupedPackUe8m0Options = {};
const granularities: readonly CastGranularity[] = [128, 32];

/**
 * Scale factors of operands whose groups lie end to end along K, packed for SM100: each group's rows on their own,
 * ceilDiv(ks[g], 4 · granularity) words for each column, so that no word holds codes of two groups. `ks` is read by the
 * kernel: a captured graph may be replayed with others. What is no power of two is treated as in
 * `getMnMajorTmaAlignedPackedUe8m0Tensor`. Enqueued.
 *
 * @param sf float32 [sfK, mn], any strides, best with contiguous mn as `perChannelCastToFp8` makes it.
 * @param ks int32 [G] on the device of `sf`: elements of K in each group, multiples of the granularity, `sfK` times the
 * granularity together. Wrong ones give wrong scales, but touch no memory outside `sf` and the result.
 * @returns a new int32 [packedRows, mn] with strides (alignedMn, 1). Group g starts behind the rows of those before it;
 * rows past the last group, and padding, are zero.
 * @throws DgValidationError for another dtype, rank or device, a destroyed tensor, or wrong options;
 * DgOutOfMemoryError; DgCompileError on a first call.
 */
export function getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(
  sf: Tensor,
  ks: Tensor,
  options?: KGroupedPackUe8m0Options,
): Tensor<'int32'> {
  const scales = requireTensorOf(operation, 'sf', sf, ['float32']);
  if (scales.rank !== 2) reject(operation, 'sf of rank 2', describeValue(scales.shape));
  const groupSizes = requireKs(operation, ks, scales.device, 'sf');
  const given = requireOptions(operation, options, noOptions);
  const round = requireChoice(operation, 'round', given.round, [true, false], false);
  const kPerScale = requireChoice(operation, 'granularity', given.granularity, granularities, 128);
  const stream = requireStream(operation, given.stream, scales.device, 'sf');
  const [sfK, mn] = scales.shape as readonly [number, number];
  const rows = requirePackedRows(given.packedRows, mostPackedRows(sfK, groupSizes.shape[0]!));

  const packed = newMnMajorTensor(scales.device, 'int32', [mn, rows], (destination) =>
    enqueuePackUe8m0({
      source: scales.transpose(),
      rowsPerScale: 1,
      destination,
      round,
      groups: { ks: groupSizes, kPerScale },
      stream,
    }),
  );
  return packed.transpose();
}

/** Every group that is not empty may waste all but one code of its last word. */
function mostPackedRows(sfK: number, groups: number): number {
  const filled = Math.min(groups, sfK);
  return Math.floor((sfK + filled * (codesPerWord - 1)) / codesPerWord);
}

function requirePackedRows(value: unknown, most: number): number {
  if (value === undefined) return most;
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    reject(operation, 'an integer of at least 0 for packedRows', describeValue(value));
  }
  return value as number;
}
