import table from '../../data/peer-table.json' with { type: 'json' };
import type { GemmOperation } from '../gemms/gemm-operation.js';

/** What the peers took on an H200 in the run that the figures to beat come from, in microseconds. */
export interface PeerFigures {
  readonly shape: readonly number[];
  readonly deepgemm_us: number;
  /** FP8: with 1×128 and 128×128 scales. */
  readonly cublaslt_us?: number;
  /** FP8 only: cuBLASLt with one scale per tensor and fast accumulation, which does less work. */
  readonly tensorwise_us?: number;
  /** BF16 only: the grouped product of PyTorch. */
  readonly torch_grouped_us?: number;
}

export const peerTable: Readonly<Record<GemmOperation, readonly PeerFigures[]>> = table;

/** Undefined for a shape that the table does not have. */
export function peerFigures(operation: GemmOperation, shape: readonly number[]): PeerFigures | undefined {
  return peerTable[operation].find((row) => row.shape.join('x') === shape.join('x'));
}
