import type { GemmConfig } from '@dg/kernels';
import type { GemmOperation } from '../../bench/src/gemms/gemm-operation.js';
import type { RunIdentity } from '../../bench/src/run-identity.js';

/** What tells measurements apart, with the configuration itself. */
export interface SweepKey {
  readonly op: GemmOperation;
  /** As `GemmCase.shape` of the benchmark. */
  readonly shape: readonly number[];
  /** Of the configuration. */
  readonly name: string;
  /** Options of the launches that are not the defaults. */
  readonly options?: string;
}

/** One configuration on one shape: a line of a sweep's results. */
export interface SweepRow extends SweepKey, RunIdentity {
  readonly config: GemmConfig;
  readonly us: number;
  /** What the library's model expected. */
  readonly estimatedUs: number;
  /** True for the configuration that the library chooses. */
  readonly chosen: boolean;
}

/** A configuration that did not compile, did not run or computed something else. */
export interface SweepFailure extends SweepKey, RunIdentity {
  readonly config: GemmConfig;
  readonly error: string;
}

export type SweepLine = SweepRow | SweepFailure;

export function isSweepRow(line: SweepLine): line is SweepRow {
  return 'us' in line;
}

export function sweepKey({ op, shape, name, options = '' }: SweepKey): string {
  return `${op} ${shape.join('x')} ${name} ${options}`;
}
