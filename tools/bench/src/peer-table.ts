import table from '../data/peer-table.json' with { type: 'json' };
import type { GemmOperation } from './gemm-operation.js';
import type { GemmShape } from './gemm-shape.js';

/** What the peers took on an H200 in the run that the figures to beat come from, in microseconds. */
export interface PeerFigures extends GemmShape {
  readonly deepgemm_us: number;
  /** FP8: with 1×128 and 128×128 scales. Null where it does not run. */
  readonly cublaslt_us: number | null;
  /** FP8 only: one scale per tensor and fast accumulation, which does less work. */
  readonly tensorwise_us: number | null;
}

export const peerTable: Readonly<Record<GemmOperation, readonly PeerFigures[]>> = table;

/** Undefined for a shape that the table does not have. */
export function peerFigures(operation: GemmOperation, { m, n, k }: GemmShape): PeerFigures | undefined {
  return peerTable[operation].find((row) => row.m === m && row.n === n && row.k === k);
}
