import type { Comparison } from './compare-with-peers.js';
import type { GemmOperation } from './gemm-operation.js';
import type { RunIdentity } from './run-identity.js';

/** One dense GEMM: a line of the results. */
export interface GemmRow extends RunIdentity, Comparison {
  readonly op: GemmOperation;
  readonly shape: readonly [m: number, n: number, k: number];
  readonly us: number;
  readonly tflops: number;
  readonly gbs: number;
  /** Name of the configuration that was chosen. */
  readonly config: string;
  /** Input sets that the launches cycled through. */
  readonly sets: number;
  /** Against float64 of the quantised inputs, on a sample. */
  readonly diff: number;
  readonly checked: true;
}

export type CastOperation = 'cast_per_token' | 'cast_per_block';

/** bfloat16 [rows, columns] to FP8 and scales. */
export interface CastRow extends RunIdentity {
  readonly op: CastOperation;
  readonly shape: readonly [rows: number, columns: number];
  readonly us: number;
  readonly gbs: number;
  readonly sets: number;
  readonly checked: true;
}

/** Time of the host: one warm call, or a first call in a new process until its result is there. */
export interface HostRow extends RunIdentity {
  readonly op: 'host_call' | 'first_call_cold' | 'first_call_cached';
  readonly call: GemmOperation;
  readonly shape: readonly [m: number, n: number, k: number];
  readonly us: number;
}

export type ResultRow = GemmRow | CastRow | HostRow;

export function isGemmRow(row: ResultRow): row is GemmRow {
  return row.op === 'fp8_nt_1d2d' || row.op === 'bf16_nt';
}

export function isCastRow(row: ResultRow): row is CastRow {
  return row.op === 'cast_per_token' || row.op === 'cast_per_block';
}
