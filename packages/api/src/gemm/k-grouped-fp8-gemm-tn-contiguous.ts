import type { ScaledTensor } from '@dg/layout';
import { requireOptions, type Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { requireWholeBlocks } from '../validation/require-k-grouped-operands.js';
import { requireFp8Operands } from '../validation/require-operands.js';
import { recipe1d1d, requireRecipe } from '../validation/require-recipe.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type Fp8KGroupedOptions, noOptions } from './gemm-options.js';
import { validateKGrouped } from './validate-k-grouped.js';

const operation = 'kGroupedFp8GemmTnContiguous';
const onlyRecipe = { recipe: recipe1d1d };

/**
 * D[g] = C[g] + A[range g]ᵀ·B[range g] with FP8 operands, where each group g has a range of K: the weight gradients
 * of a mixture of experts. The products of each 128 of K are summed, multiplied by the scales of A and B and added
 * to a float32 accumulator. Enqueues and returns; a first call may have to compile and then blocks. M, N or G of 0
 * does nothing. Pass D as `c` to add to it.
 *
 * @param a `data` float8_e4m3fn [ΣK, M], ΣK a multiple of 128, one of the two dimensions contiguous; base and pitch
 * multiples of 16 bytes; `scales` float32 [ΣK / 128, M], in any layout, as `perChannelCastToFp8` makes them.
 * @param b `data` float8_e4m3fn [ΣK, N] and `scales` float32 [ΣK / 128, N], as for a.
 * @param d float32 [G, M, N], inner stride 1, row pitch ≥ N, groups apart, sharing no memory with the inputs other
 * than C. Written within its shape and nowhere else.
 * @param ks int32 [G] on the same device, contiguous, read when the work runs: each group's K, a multiple of 128,
 * or 0, where D = C, or 0 without C. Ranges follow each other from 0 on and end at ΣK: a group that would run past
 * it is cut; a value below 0 counts as 0, one that is no multiple of 128 as the next below. What no group covers is not used.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function kGroupedFp8GemmTnContiguous(
  a: ScaledTensor,
  b: ScaledTensor,
  d: Tensor,
  ks: Tensor,
  options?: Fp8KGroupedOptions,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  requireRecipe(operation, checkedOptions.recipe, [recipe1d1d]);
  const operands = requireFp8Operands(operation, forms.tn, a, b, onlyRecipe);
  const [m, sumK] = operands.a.shape as readonly [number, number];
  requireWholeBlocks(operation, 'a.data', sumK);
  const extents = { m, n: operands.b.shape[0]!, sumK, storage: 'matrix' } as const;
  enqueueGemm(validateKGrouped(operation, operands, extents, d, ks, checkedOptions));
}
