import type { Tensor } from '@dg/runtime';
import type { CastOptions } from './cast-options.js';
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
 * @param x bfloat16 or float32 [n, k], contiguous rows, any pitch.
 * @returns data [n, k], rows padded with zeros to multiples of 16 bytes; scales
 * [ceilDiv(n, granularity), ceilDiv(k, granularity)], row-major unless `scaleLayout` says otherwise.
 * @throws DgValidationError before anything is enqueued; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function perBlockCastToFp8(x: Tensor, options?: CastOptions): ScaledTensor {
  return castToFp8(kind, x, options);
}
