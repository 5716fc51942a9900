import type { Tensor } from '@dg/runtime';
import { requireOperand, requireSameDepth } from '../validation/require-operand.js';
import { requireOptions } from '../validation/require-options.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type GemmOptions, noOptions } from './gemm-options.js';
import { validateDenseGemm } from './validate-dense-gemm.js';

const operation = 'bf16GemmNt';

/**
 * D = C + A·Bᵀ with bfloat16 operands and float32 accumulation. Enqueues and returns; a first call may
 * have to compile and then blocks. M or N of 0 does nothing; K of 0 gives D = C, or 0 without C.
 *
 * @param a bfloat16 [M, K], inner stride 1, base and row pitch multiples of 16 bytes.
 * @param b bfloat16 [N, K], as for a.
 * @param d bfloat16 or float32 [M, N], inner stride 1, row pitch ≥ N, sharing no memory with a or b.
 * Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function bf16GemmNt(a: Tensor, b: Tensor, d: Tensor, options?: GemmOptions): void {
  const checkedOptions = requireOptions<GemmOptions>(operation, options, noOptions);
  const checkedA = requireOperand(operation, 'a', a, 'bfloat16');
  const checkedB = requireOperand(operation, 'b', b, 'bfloat16');
  requireSameDepth(operation, 'b', checkedA, checkedB);
  enqueueGemm(validateDenseGemm(operation, checkedA, checkedB, undefined, undefined, d, checkedOptions));
}
