import type { GemmOperation } from './gemm-operation.js';
import type { GemmShape } from './gemm-shape.js';
import { peerFigures } from './peer-table.js';
import type { Yardsticks } from './yardsticks.js';

/** Ratios are peer time over ours: above 1 where ours is faster. */
export interface Comparison {
  readonly yardsticks: Yardsticks;
  readonly ratios: { readonly cublaslt?: number; readonly tensorwise?: number };
  /** DeepGEMM's time in the table of another run. */
  readonly dg_table_us?: number;
  /** Against DeepGEMM, by way of a yardstick that ran both then and now. */
  readonly ratio_deepgemm?: number;
}

/**
 * (yardstick now / ours now) × (DeepGEMM in the table / yardstick in the table), with cuBLASLt as the yardstick:
 * times of different runs are only compared by way of something that ran in both. FP8 takes the variant with one
 * scale per tensor, since the one with block scales has gaps.
 */
export function compareWithPeers(
  operation: GemmOperation,
  shape: GemmShape,
  microseconds: number,
  yardsticks: Yardsticks,
): Comparison {
  const { cublaslt_us, tensorwise_us } = yardsticks;
  const figures = peerFigures(operation, shape);
  const field = operation === 'bf16_nt' ? 'cublaslt_us' : 'tensorwise_us';
  const now = yardsticks[field];
  const then = figures?.[field];
  return {
    yardsticks,
    ratios: {
      ...(cublaslt_us === undefined ? {} : { cublaslt: cublaslt_us / microseconds }),
      ...(tensorwise_us === undefined ? {} : { tensorwise: tensorwise_us / microseconds }),
    },
    ...(figures === undefined ? {} : { dg_table_us: figures.deepgemm_us }),
    ...(now === undefined || !then
      ? {}
      : { ratio_deepgemm: (now / microseconds) * (figures!.deepgemm_us / then) }),
  };
}
