import type { Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { denseBf16Gemm } from './dense-gemm.js';
import type { GemmOptions } from './gemm-options.js';

/**
 * D = C + Aᵀ·B with bfloat16 operands and float32 accumulation. The NT call on transposed views of a and b.
 * Enqueues and returns; a first call may have to compile and then blocks. M or N of 0 does nothing; K of 0 gives D
 * = C, or 0 without C.
 *
 * @param a bfloat16 [K, M], one of the two dimensions contiguous; base and pitch multiples of 16 bytes.
 * @param b bfloat16 [K, N], as for a.
 * @param d bfloat16 or float32 [M, N], inner stride 1, row pitch ≥ N, sharing no memory with the inputs other than
 * C. Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function bf16GemmTn(a: Tensor, b: Tensor, d: Tensor, options?: GemmOptions): void {
  denseBf16Gemm('bf16GemmTn', forms.tn, a, b, d, options);
}
