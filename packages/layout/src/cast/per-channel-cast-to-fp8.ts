import type { Tensor } from '@dg/runtime';
import type { CastOptions } from './cast-options.js';
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
 * @param x bfloat16 or float32 [k, n], contiguous rows, any pitch.
 * @returns data [k, n], rows padded with zeros to multiples of 16 bytes; scales [ceilDiv(k, granularity), n] with
 * strides (alignedN, 1), whose transpose is MN-major and TMA-aligned, unless `scaleLayout` says `row-major`.
 * @throws DgValidationError before anything is enqueued; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function perChannelCastToFp8(x: Tensor, options?: CastOptions): ScaledTensor {
  return castToFp8(kind, x, options);
}
