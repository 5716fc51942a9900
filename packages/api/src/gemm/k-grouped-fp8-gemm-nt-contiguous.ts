import type { ScaledTensor } from '@dg/layout';
import { requireOptions, type Tensor } from '@dg/runtime';
import { requireFp8Blocks } from '../validation/require-k-grouped-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type Fp8KGroupedOptions, noOptions } from './gemm-options.js';
import { validateKGrouped } from './validate-k-grouped.js';

const operation = 'kGroupedFp8GemmNtContiguous';

/**
 * D[g] = C[g] + A[g]·B[g]ᵀ with FP8 operands, where each group g has a K of its own and its A and B are K-major.
 * Computes what `kGroupedFp8GemmTnContiguous` does. Enqueues and returns; a first call may have to compile and then
 * blocks. M, N or G of 0 does nothing. Pass D as `c` to add to it.
 *
 * @param a `data` float8_e4m3fn, one-dimensional, of M·ΣK elements, starting at a multiple of 16 bytes: the
 * row-major matrices [M, ks[g]] of the groups, end to end, so that group g starts at element M·(ks[0] + … +
 * ks[g-1]). Give storage of another shape by `reshape`. `scales` float32 [ΣK / 128, M] in any layout: those of
 * group g are its ks[g] / 128 rows. M and ΣK are read from the scales.
 * @param b `data` of N·ΣK elements and `scales` [ΣK / 128, N], as for a.
 * @param d float32 [G, M, N], inner stride 1, row pitch ≥ N, groups apart, sharing no memory with the inputs other
 * than C. Written within its shape and nowhere else.
 * @param ks int32 [G] on the same device, contiguous, read when the work runs: each group's K, a multiple of 128,
 * or 0, where D = C, or 0 without C. Ranges follow each other from 0 on and end at ΣK: a group that would run past
 * it is cut; a value below 0 counts as 0, one that is no multiple of 128 as the next below. What no group covers is not used.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function kGroupedFp8GemmNtContiguous(
  a: ScaledTensor,
  b: ScaledTensor,
  d: Tensor,
  ks: Tensor,
  options?: Fp8KGroupedOptions,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const { sumK, ...operands } = requireFp8Blocks(operation, a, b, checkedOptions);
  const [m, n] = [operands.scalesA!.shape[0]!, operands.scalesB!.shape[0]!];
  const extents = { m, n, sumK, storage: 'blocks' } as const;
  enqueueGemm(validateKGrouped(operation, operands, extents, d, ks, checkedOptions));
}
