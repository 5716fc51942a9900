import { type GemmOperation, gemmOperations } from './gemms/gemm-operation.js';
import { type MemoryOperation, memoryOperations } from './memory/memory-case.js';
import type { Comparison } from './peers/compare-with-peers.js';
import type { RunIdentity } from './run-identity.js';

/** One product: a line of the results. */
export interface GemmRow extends RunIdentity, Comparison {
  readonly op: GemmOperation;
  /** As `GemmCase.shape`. */
  readonly shape: readonly number[];
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
  /** Options of the calls that were not the library's defaults. */
  readonly options?: string;
}

/** What only moves memory. */
export interface MemoryRow extends RunIdentity {
  readonly op: MemoryOperation;
  readonly shape: readonly number[];
  readonly us: number;
  readonly gbs: number;
  /** Of the large copy of the same run, and our rate over it. */
  readonly copy_gbs?: number;
  readonly ratio_copy?: number;
  readonly sets: number;
  readonly checked: true;
}

/** A large copy within the device's memory. */
export interface CopyRow extends RunIdentity {
  readonly op: 'copy';
  readonly shape: readonly [bytes: number];
  readonly us: number;
  readonly gbs: number;
}

/** Time of the host: one warm call, one launch of a kernel that does nothing, or a first call until its result is there. */
export interface HostRow extends RunIdentity {
  readonly op: 'host_call' | 'host_launch' | 'first_call_cold' | 'first_call_cached';
  /** The operation; of a launch, what is launched. */
  readonly call: GemmOperation | string;
  readonly shape: readonly number[];
  readonly us: number;
  readonly options?: string;
}

export type ResultRow = GemmRow | MemoryRow | CopyRow | HostRow;

export function isGemmRow(row: ResultRow): row is GemmRow {
  return (gemmOperations as readonly string[]).includes(row.op);
}

export function isMemoryRow(row: ResultRow): row is MemoryRow {
  return (memoryOperations as readonly string[]).includes(row.op);
}

export function isCopyRow(row: ResultRow): row is CopyRow {
  return row.op === 'copy';
}

export function isHostRow(row: ResultRow): row is HostRow {
  return 'call' in row;
}
