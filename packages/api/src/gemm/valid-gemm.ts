import type { Device, Stream } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import type { LaunchChoice } from '../validation/require-launch-choice.js';

/** A GEMM that may be enqueued. */
export interface ValidGemm {
  readonly device: Device;
  readonly problem: GemmProblem;
  readonly operands: GemmOperands;
  readonly stream: Stream;
  readonly launch: LaunchChoice;
  readonly settings: LaunchSettings;
}
