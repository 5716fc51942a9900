import type { CaseOutcome } from './case-outcome.js';
import type { CaseOrigin } from './draw-case.js';

/** What a worker process is started with, as one argument in JSON. */
export interface WorkerSettings extends Omit<CaseOrigin, 'index'> {
  readonly device: string;
}

/** The index of the case to run next. */
export type ToWorker = number;

export type FromWorker =
  | { readonly type: 'ready'; readonly name: string; readonly model: string }
  /** The device cannot be used. */
  | { readonly type: 'unavailable'; readonly message: string }
  | { readonly type: 'outcome'; readonly outcome: CaseOutcome };
