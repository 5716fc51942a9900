import type { ScaledTensor } from '@dg/layout';
import type { Tensor } from '@dg/runtime';
import { ceilDiv } from '../problem/ceil-div.js';
import { reject } from '../validation/reject.js';
import { requireOperand, requireSameDepth } from '../validation/require-operand.js';
import { requireOptions } from '../validation/require-options.js';
import { requireRecipe } from '../validation/require-recipe.js';
import { requireScaled, requireScales } from '../validation/require-scaled.js';
import { enqueueGemm } from './enqueue-gemm.js';
import { type Fp8GemmOptions, noOptions } from './gemm-options.js';
import { validateDenseGemm } from './validate-dense-gemm.js';

const operation = 'fp8GemmNt';

/** Elements of K, and rows of B, that share one scale. */
const scaleBlock = 128;

/**
 * D = C + A·Bᵀ with FP8 operands, scaled per (row of A, 128 of K) and per (128 rows of B, 128 of K). The
 * products of each 128 of K are summed, multiplied by both scales and added to a float32 accumulator.
 * Enqueues and returns; a first call may have to compile and then blocks. M or N of 0 does nothing; K of 0
 * gives D = C, or 0 without C.
 *
 * @param a `data` float8_e4m3fn [M, K], inner stride 1, base and row pitch multiples of 16 bytes; `scales`
 * float32 [M, ceilDiv(K, 128)] in any layout, best MN-major and TMA-aligned as `perTokenCastToFp8` makes
 * them: any other is copied on every call.
 * @param b `data` float8_e4m3fn [N, K], as for a; `scales` float32 [ceilDiv(N, 128), ceilDiv(K, 128)] with
 * one of its strides 1, as `perBlockCastToFp8` makes them.
 * @param d bfloat16 or float32 [M, N], inner stride 1, row pitch ≥ N, sharing no memory with a or b.
 * Written within its shape and nowhere else.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function fp8GemmNt(a: ScaledTensor, b: ScaledTensor, d: Tensor, options?: Fp8GemmOptions): void {
  const checkedOptions = requireOptions(operation, options, noOptions);
  requireRecipe(operation, checkedOptions.recipe);
  const scaledA = requireScaled(operation, 'a', a);
  const scaledB = requireScaled(operation, 'b', b);
  const dataA = requireOperand(operation, 'a.data', scaledA.data, 'float8_e4m3fn');
  const dataB = requireOperand(operation, 'b.data', scaledB.data, 'float8_e4m3fn');
  requireSameDepth(operation, 'b.data', dataA, dataB);
  const blocksOfK = ceilDiv(dataA.shape[1]!, scaleBlock);
  const scalesA = requireScales(
    operation,
    'a.scales',
    scaledA.scales,
    dataA.shape[0]!,
    blocksOfK,
    'M, ceilDiv(K, 128)',
  );
  const scalesB = requireScales(
    operation,
    'b.scales',
    scaledB.scales,
    ceilDiv(dataB.shape[0]!, scaleBlock),
    blocksOfK,
    'ceilDiv(N, 128), ceilDiv(K, 128)',
  );
  if (scalesB.strides[0] !== 1 && scalesB.strides[1] !== 1 && scalesB.elementCount > 1) {
    reject(operation, 'b.scales with a stride of 1', `strides [${scalesB.strides.join(', ')}]`);
  }
  enqueueGemm(validateDenseGemm(operation, dataA, dataB, scalesA, scalesB, d, checkedOptions));
}
