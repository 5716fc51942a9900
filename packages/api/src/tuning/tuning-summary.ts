import type { GemmProblem } from '../problem/gemm-problem.js';
import type { EntryPointName } from '../warmup/entry-points.js';

export interface TimedConfig {
  /** `64x128-w1-c1x1-s8-bfloat16-u4-p2` */
  readonly config: string;
  /** Of one launch. */
  readonly microseconds: number;
}

/** What was measured for one product. */
export interface TunedCall {
  readonly operation: EntryPointName;
  /** With the most rows that the measurement holds for. */
  readonly problem: GemmProblem;
  /** Multiprocessors that the launches were allowed. */
  readonly numSms: number;
  /** What is taken without tuning; undefined when it did not compile. */
  readonly model: TimedConfig | undefined;
  readonly best: TimedConfig;
  readonly timed: readonly TimedConfig[];
}

export interface TuningSummary {
  /** Where the results are kept. */
  readonly folder: string;
  readonly calls: readonly TunedCall[];
  readonly milliseconds: number;
}

export interface TuningProgress {
  /** Products. */
  readonly done: number;
  readonly total: number;
  /** What was done last; undefined before the first. */
  readonly call?: TunedCall;
}
