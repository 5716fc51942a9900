import type { Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';
import type { CastOptions, PackedCastOptions } from './cast-options.js';
import type { CastKind } from './cast-problem.js';
import { castToFp8 } from './cast-to-fp8.js';
import type { ScaledTensor } from './scaled-tensor.js';

const kind: CastKind = {
  operation: 'perTokenCastToFp8',
  group: (granularity) => ({ rows: 1, columns: granularity }),
  scaleMnDimension: 0,
  defaultScaleLayout: 'mn-major-tma-aligned',
};

/**
 * FP8 with one scale per row and `granularity` columns: what a GEMM takes as A, [M, K]. Enqueued.
 *
 * Per group: amax = max |x| (NaN elements do not count), floored at 1e-4; sf = amax / 448, a power of two with
 * `ue8m0`; q = e4m3(x · (1 / sf)), every step in float32. NaN elements become code 0x7f. An infinity makes its
 * group's scale infinite, its own code NaN and the others 0; with `ue8m0` the scale is then 2^127, its own code that
 * of ±448. The result has the same bits on every device.
 *
 * @param x bfloat16 or float32 [m, k] or [G, m, k], contiguous rows, any pitch. Each matrix is cast on its own.
 * @returns data of x's shape, rows padded with zeros to multiples of 16 bytes; scales [(G,) m, ceilDiv(k, granularity)],
 * MN-major and TMA-aligned (strides 1, alignedM) unless `scaleLayout` says otherwise. With `packed` the scales are int32
 * [(G,) m, ceilDiv(k, 4 · granularity)], the same way.
 * @throws DgValidationError before anything is enqueued; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function perTokenCastToFp8(x: Tensor, options: PackedCastOptions): ScaledTensor<'int32'>;
export function perTokenCastToFp8(x: Tensor, options?: CastOptions): ScaledTensor;
export function perTokenCastToFp8(
  x: Tensor,
  options?: CastOptions | PackedCastOptions,
): ScaledTensor<ScaleType> {
  return castToFp8(kind, x, options);
}
