import type { Tensor } from '@dg/runtime';

/** The memory of one GEMM, validated. Shapes as in NUMERICS for NT: a [M, K], b [N, K], d and c [M, N]. */
export interface GemmOperands {
  readonly a: Tensor;
  readonly b: Tensor;
  readonly d: Tensor;
  readonly c: Tensor | undefined;
  /** FP8 only: float32 [M, ceilDiv(K, 128)], MN-major and TMA-aligned. */
  readonly scalesA: Tensor | undefined;
  /** FP8 only: float32 [ceilDiv(N, 128), ceilDiv(K, 128)], either major. */
  readonly scalesB: Tensor | undefined;
}
