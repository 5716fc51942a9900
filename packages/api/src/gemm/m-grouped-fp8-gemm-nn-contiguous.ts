import type { ScaledTensor } from '@dg/layout';
import type { Tensor } from '@dg/runtime';
import { forms } from '../validation/operand-form.js';
import type { Fp8MGroupedContiguousOptions } from './gemm-options.js';
import { mGroupedContiguousFp8Gemm } from './m-grouped-contiguous-gemm.js';

/**
 * D[row] = A[row]·B[g] with FP8 operands, for each row of a group g. Segments of rows, each a multiple of the
 * alignment (`getMkAlignmentForContiguousLayout`) from the top, belong to groups, which may be empty and in any
 * order. Enqueues and returns; a first call may have to compile and then blocks. M, N or G of 0 does nothing; K of
 * 0 gives 0.
 *
 * @param a as for `fp8GemmNn`: `data` [M, K], `scales` [M, ceilDiv(K, 128)].
 * @param b as for `fp8GemmNn`, with groups, whose stride is a multiple of 16 bytes: `data` [G, K, N], `scales` [G,
 * ceilDiv(K, 128), ceilDiv(N, 128)] or [G, ceilDiv(K, 128), N].
 * @param d bfloat16 or float32 [M, N], inner stride 1, row pitch ≥ N, sharing no memory with the inputs. Rows of
 * padding have no meaning afterwards; nothing outside its shape is written.
 * @param groupedLayout int32 on the same device, contiguous, read when the work runs: [M], the group of each row,
 * the same from a segment's start to its end, and -1 for padding; or with `layout: 'psum'` [G], where group i has
 * the rows from the end of the one before it, rounded up to the alignment, to groupedLayout[i]. An index that is no
 * group is padding.
 * @throws DgValidationError before anything is enqueued when an argument does not fit; DgCompileError,
 * DgDriverError, DgOutOfMemoryError from devices that run kernels.
 */
export function mGroupedFp8GemmNnContiguous(
  a: ScaledTensor,
  b: ScaledTensor,
  d: Tensor,
  groupedLayout: Tensor,
  options?: Fp8MGroupedContiguousOptions,
): void {
  mGroupedContiguousFp8Gemm('mGroupedFp8GemmNnContiguous', forms.groupedBNn, a, b, d, groupedLayout, options);
}
