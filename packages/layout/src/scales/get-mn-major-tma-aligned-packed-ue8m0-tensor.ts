import { requireOptions, requireStream, type Stream, type Tensor } from '@dg/runtime';
import { requireChoice } from '../validation/require-choice.js';
import { packScales } from './pack-scales.js';
import { requireScales } from './require-scales.js';

export interface PackUe8m0Options {
  /** Scales are rounded up to powers of two first. False when left out. */
  readonly round?: boolean;
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

const operation = 'getMnMajorTmaAlignedPackedUe8m0Tensor';
const noOptions: PackUe8m0Options = {};
const sourceTypes = ['float32'] as const;

/**
 * Scale factors as SM100 takes them: four ue8m0 codes in an int32, MN-major, each column padded to a multiple of
 * 16 bytes. Byte j of word p is the code of column 4p + j; bytes past sfK are 0. Enqueued.
 *
 * The call returns before the scales are known, so a value without a code cannot throw: it becomes 0xff, which is NaN,
 * and so does what is multiplied by it. Without `round` these are all but the powers of two from 2^-127 to 2^127; with
 * it, NaN and negative values, while the others are rounded up as the casts do (2^-126 to 2^127). `checkPowersOfTwo`
 * turns such values into an error, before or after the call.
 *
 * @param sf float32 [mn, sfK] or [G, mn, sfK], any strides.
 * @returns a new int32 [(G,) mn, ceilDiv(sfK, 4)] with strides (alignedMn · ceilDiv(sfK, 4), 1, alignedMn), where
 * alignedMn = getTmaAlignedSize(mn, 4); its padding rows are zero.
 * @throws DgValidationError for another dtype or rank, a destroyed tensor, or wrong options; DgOutOfMemoryError;
 * DgCompileError on a first call.
 */
export function getMnMajorTmaAlignedPackedUe8m0Tensor(
  sf: Tensor,
  options?: PackUe8m0Options,
): Tensor<'int32'> {
  const source = requireScales(operation, sf, sourceTypes);
  const given = requireOptions(operation, options, noOptions);
  const round = requireChoice(operation, 'round', given.round, [true, false], false);
  const stream = requireStream(operation, given.stream, source.device, 'sf');
  return packScales(source, source.shape.at(-2)!, 1, round, stream);
}
