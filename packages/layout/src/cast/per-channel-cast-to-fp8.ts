import type { Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import type { CastOptions, PackedCastOptions } from './cast-options.js';
import type { CastKind } from './cast-problem.js';
import { castToFp8 } from './cast-to-fp8.js';
import type { ScaledTensor } from './scaled-tensor.js';

const kind: CastKind = {
  operation: 'perChannelCastToFp8',
  group: (granularity) => ({ rows: granularity, columns: 1 }),
  scaleMnDimension: 1,
  defaultScaleLayout: 'mn-major-tma-aligned',
};

/**
 * FP8 with one scale per `granularity` rows and column: for operands given as [K, N]. The numbers are those of
 * `perTokenCastToFp8`. Enqueued.
 *
 * K-grouped operands, whose groups lie end to end along k, are cast as one matrix: each group is a multiple of the
 * granularity, so that none shares a scale with the next. Their packed scales come from
 * `getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor`, since a word of `packed` may hold codes of two groups.
 *
 * @param x bfloat16 or float32 [k, n] or [G, k, n], contiguous rows, any pitch. Each matrix is cast on its own.
 * @returns data of x's shape, rows padded with zeros to multiples of 16 bytes; scales [(G,) ceilDiv(k, granularity), n]
 * with strides (alignedN, 1), whose transpose is MN-major and TMA-aligned, unless `scaleLayout` says `row-major`. With
 * `packed` the scales are int32 [(G,) ceilDiv(k, 4 · granularity), n], the same way.
 * @throws DgValidationError before anything is enqueued; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function perChannelCastToFp8(x: Tensor, options: PackedCastOptions): ScaledTensor<'int32'>;
export function perChannelCastToFp8(x: Tensor, options?: CastOptions): ScaledTensor;
export function perChannelCastToFp8(
  x: Tensor,
  options?: CastOptions | PackedCastOptions,
): ScaledTensor<ScaleType> {
  return castToFp8(kind, x, options);
}
