import type { ScaledTensor } from '@dg/layout';
import { requireOptions, type Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { requireFp8Operands } from '../validation/require-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type Fp8MGroupedMaskedOptions, noOptions } from './gemm-options.js';
import { validateMGroupedMasked } from './validate-m-grouped-masked.js';

const operation = 'mGroupedFp8GemmNtMasked';

/**
 * D[g] = A[g]·B[g]ᵀ with FP8 operands, for the first maskedM[g] rows of each group g. Enqueues and returns; a first
 * call may have to compile and then blocks. maxM, N or G of 0 does nothing; K of 0 gives 0.
 *
 * @param a as for `fp8GemmNt`, with groups, whose stride is a multiple of 16 bytes: `data` [G, maxM, K], `scales`
 * [G, maxM, ceilDiv(K, 128)]. maxM may be any size. Rows outside the mask are not used.
 * @param b as for `fp8GemmNt`, with groups: `data` [G, N, K], `scales` [G, ceilDiv(N, 128), ceilDiv(K, 128)] or [G,
 * N, ceilDiv(K, 128)].
 * @param d bfloat16 or float32 [G, maxM, N], inner stride 1, row pitch ≥ N, groups apart, sharing no memory with
 * the inputs. Rows from maskedM[g] on are not written.
 * @param maskedM int32 [G] on the same device, contiguous, read when the work runs; below 0 counts as 0, and above
 * maxM as maxM.
 * @param expectedM how many rows a group is expected to have, an integer of at least 0. Only the choice of the
 * kernel depends on it.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function mGroupedFp8GemmNtMasked(
  a: ScaledTensor,
  b: ScaledTensor,
  d: Tensor,
  maskedM: Tensor,
  expectedM: number,
  options?: Fp8MGroupedMaskedOptions,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireFp8Operands(operation, forms.groupedNt, a, b, checkedOptions);
  enqueueGemm(validateMGroupedMasked(operation, operands, d, maskedM, expectedM, checkedOptions));
}
