import { requireOptions, type Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { requireBf16Operands } from '../validation/require-operands.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type MGroupedMaskedOptions, noOptions } from './gemm-options.js';
import { validateMGroupedMasked } from './validate-m-grouped-masked.js';

const operation = 'mGroupedBf16GemmNtMasked';

/**
 * D[g] = A[g]·B[g]ᵀ with bfloat16 operands and float32 accumulation, for the first maskedM[g] rows of each group g.
 * Enqueues and returns; a first call may have to compile and then blocks. maxM, N or G of 0 does nothing; K of 0
 * gives 0.
 *
 * @param a bfloat16 [G, maxM, K], as for `bf16GemmNt`, with groups, whose stride is a multiple of 16 bytes. maxM
 * may be any size. Rows outside the mask are not used.
 * @param b bfloat16 [G, N, K], as for a.
 * @param d bfloat16 or float32 [G, maxM, N], inner stride 1, row pitch ≥ N, groups apart, sharing no memory with
 * the inputs. Rows from maskedM[g] on are not written.
 * @param maskedM int32 [G] on the same device, contiguous, read when the work runs; below 0 counts as 0, and above
 * maxM as maxM.
 * @param expectedM how many rows a group is expected to have, an integer of at least 0. Only the choice of the
 * kernel depends on it.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function mGroupedBf16GemmNtMasked(
  a: Tensor,
  b: Tensor,
  d: Tensor,
  maskedM: Tensor,
  expectedM: number,
  options?: MGroupedMaskedOptions,
): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  const operands = requireBf16Operands(operation, forms.groupedNt, a, b);
  enqueueGemm(validateMGroupedMasked(operation, operands, d, maskedM, expectedM, checkedOptions));
}
