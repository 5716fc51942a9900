import type { SweepFailure, SweepLine } from '../sweep-row.js';

/** A configuration on a shape, before its outcome is known. */
export type Candidate = Omit<SweepFailure, 'error'>;

/** What the process that measures tells the one that keeps the results. */
export type WorkerMessage =
  | { readonly type: 'compiled'; readonly kernels: number; readonly failed: number; readonly seconds: number }
  | { readonly type: 'start'; readonly candidate: Candidate }
  | { readonly type: 'line'; readonly line: SweepLine };

/** How such a process ended. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
}
