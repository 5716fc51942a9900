import type { DgError } from '@dg/runtime';

export interface WarmupFailure {
  /** Of the kernel. */
  readonly name: string;
  readonly error: DgError;
}

/** What a warm-up did. */
export interface WarmupSummary {
  readonly architecture: string;
  readonly multiprocessorCount: number;
  readonly cacheDirectory: string;
  /** All that are needed: compiled, cached and failed. */
  readonly kernels: number;
  readonly compiled: number;
  /** In the cache before, or compiled by another process meanwhile. */
  readonly cached: number;
  readonly failures: readonly WarmupFailure[];
  readonly milliseconds: number;
}

/** How far a warm-up has come. */
export interface WarmupProgress {
  /** Kernels that are done with, failures included. */
  readonly done: number;
  readonly total: number;
  /** The kernel that was done with last; undefined before the first. */
  readonly kernel?: {
    readonly name: string;
    readonly result: 'compiled' | 'cached' | 'failed';
    readonly milliseconds: number;
  };
}
