import type { ScaledTensor } from '@dg/layout';
import type { Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import { denseFp8Gemm } from './dense-gemm.js';
import type { Fp8GemmOptions } from './gemm-options.js';

/**
 * D = C + Aᵀ·B with FP8 operands. The NT call on transposed views of the data and scales of a and b. The products
 * of each 128 of K are summed, multiplied by the scales of A and B and added to a float32 accumulator. Enqueues and
 * returns; a first call may have to compile and then blocks. M or N of 0 does nothing; K of 0 gives D = C, or 0
 * without C.
 *
 * @param a `data` float8_e4m3fn [K, M], one of the two dimensions contiguous; base and pitch multiples of 16 bytes;
 * `scales` float32 [ceilDiv(K, 128), M] in any layout, best with M contiguous and the rows of K-blocks at multiples
 * of 16 bytes: kernels copy any other on every call.
 * @param b `data` float8_e4m3fn [K, N], as for a; `scales` float32 [ceilDiv(K, 128), ceilDiv(N, 128)] with one of
 * its strides 1 (recipe [1, 128, 128]), as `perBlockCastToFp8` makes them, or [ceilDiv(K, 128), N] in any layout
 * (recipe [1, 1, 128]). The shape decides where `recipe` is left out.
 * @param d bfloat16 or float32 [M, N], inner stride 1, row pitch ≥ N, sharing no memory with the inputs other than
 * C. Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function fp8GemmTn(a: ScaledTensor, b: ScaledTensor, d: Tensor, options?: Fp8GemmOptions): void {
  denseFp8Gemm('fp8GemmTn', forms.tn, a, b, d, options);
}
