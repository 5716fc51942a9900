import { requireOptions, type Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { requireWholeBlocks } from '../validation/require-k-grouped-operands.js';
import { requireBf16Operands } from '../validation/require-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type KGroupedOptions, noOptions } from './gemm-options.js';
import { validateKGrouped } from './validate-k-grouped.js';

const operation = 'kGroupedBf16GemmTnContiguous';

/**
 * D[g] = C[g] + A[range g]ᵀ·B[range g] with bfloat16 operands and float32 accumulation, where each group g has a
 * range of K: the weight gradients of a mixture of experts. Enqueues and returns; a first call may have to compile
 * and then blocks. M, N or G of 0 does nothing. Pass D as `c` to add to it.
 *
 * @param a bfloat16 [ΣK, M], ΣK a multiple of 128, one of the two dimensions contiguous; base and pitch multiples
 * of 16 bytes.
 * @param b bfloat16 [ΣK, N], as for a.
 * @param d float32 [G, M, N], inner stride 1, row pitch ≥ N, groups apart, sharing no memory with the inputs other
 * than C. Written within its shape and nowhere else.
 * @param ks int32 [G] on the same device, contiguous, read when the work runs: each group's K, a multiple of 128,
 * or 0, where D = C, or 0 without C. Ranges follow each other from 0 on and end at ΣK: a group that would run past
 * it is cut; a value below 0 counts as 0, one that is no multiple of 128 as the next below. What no group covers is not used.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function kGroupedBf16GemmTnContiguous(
  a: Tensor,
  b: Tensor,
  d: Tensor,
  ks: Tensor,
  options?: KGroupedOptions,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireBf16Operands(operation, forms.tn, a, b);
  const [m, sumK] = operands.a.shape as readonly [number, number];
  requireWholeBlocks(operation, 'a', sumK);
  const extents = { m, n: operands.b.shape[0]!, sumK, storage: 'matrix' } as const;
  enqueueGemm(validateKGrouped(operation, operands, extents, d, ks, checkedOptions));
}
