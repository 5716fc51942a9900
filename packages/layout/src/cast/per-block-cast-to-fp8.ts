import type { Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import type { CastOptions, PackedCastOptions } from './cast-options.js';
import type { CastKind } from './cast-problem.js';
import { castToFp8 } from './cast-to-fp8.js';
import type { ScaledTensor } from './scaled-tensor.js';

const kind: CastKind = {
  operation: 'perBlockCastToFp8',
  group: (granularity) => ({ rows: granularity, columns: granularity }),
  scaleMnDimension: 0,
  defaultScaleLayout: 'row-major',
};

/**
 * FP8 with one scale per `granularity` × `granularity` block: what a GEMM takes as B, [N, K]. The numbers are those
 * of `perTokenCastToFp8`. Enqueued.
 *
 * @param x bfloat16 or float32 [n, k] or [G, n, k], contiguous rows, any pitch. Each matrix is cast on its own.
 * @returns data of x's shape, rows padded with zeros to multiples of 16 bytes; scales
 * [(G,) ceilDiv(n, granularity), ceilDiv(k, granularity)], row-major unless `scaleLayout` says otherwise. With `packed`
 * the scales are int32 [(G,) n, ceilDiv(k, 4 · granularity)], repeated for each row, MN-major and TMA-aligned.
 * @throws DgValidationError before anything is enqueued; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function perBlockCastToFp8(x: Tensor, options: PackedCastOptions): ScaledTensor<'int32'>;
export function perBlockCastToFp8(x: Tensor, options?: CastOptions): ScaledTensor;
export function perBlockCastToFp8(
  x: Tensor,
  options?: CastOptions | PackedCastOptions,
): ScaledTensor<ScaleType> {
  return castToFp8(kind, x, options);
}
