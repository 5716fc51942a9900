import type { Tensor } from '@dg/runtime';

/**
 * The memory of one GEMM, validated, as views in NT: a [M, K], b [N, K], d and c [M, N], whichever the entry point took.
 * m-grouped contiguous: b [G, N, K]. m-grouped masked: a [G, M, K], b [G, N, K], d [G, M, N]. k-grouped: a [M, ΣK] and
 * b [N, ΣK], or one-dimensional blocks; d and c [G, M, N].
 */
export interface GemmOperands {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly d: Tensor;
  readonly c: Tensor | undefined;
  /** FP8 only: float32 [(G,) M, ceilDiv(K, 128)], any strides; kernels get them MN-major and TMA-aligned. */
  readonly scalesA: Tensor | undefined;
  /**
   * FP8 only: float32 [(G,) ceilDiv(N, 128), ceilDiv(K, 128)] in either major, or with recipe [1, 1, 128]
   * [(G,) N, ceilDiv(K, 128)] as A's.
   */
  readonly scalesB: Tensor | undefined;
  /** Grouped only: contiguous int32, `groupedLayout` [M] or [G], `maskedM` [G] or `ks` [G]. Read when the work runs. */
  readonly grouping?: Tensor | undefined;
  /** Where K groups have matrices of their own: the tensor maps that a kernel makes of them. */
  readonly groupMaps?: Tensor | undefined;
}
