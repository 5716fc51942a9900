import type { AnyOptions } from '../gemm/gemm-options.js';
import { requireBoolean } from './require-boolean.js';

/** How early a launch may start: see CallOptions. */
export interface LaunchChoice {
  readonly dependentLaunch: boolean;
  /** Undefined where the stream is to say. */
  readonly constantB: boolean | undefined;
}

/** One object for each choice: a call makes none of its own. */
const choices = [false, true].map((dependentLaunch) => ({
  undecided: Object.freeze({ dependentLaunch, constantB: undefined }),
  changingB: Object.freeze({ dependentLaunch, constantB: false }),
  constantB: Object.freeze({ dependentLaunch, constantB: true }),
}));

export function requireLaunchChoice(operation: string, options: AnyOptions): LaunchChoice {
  const dependentLaunch = requireBoolean(operation, 'dependentLaunch', options.dependentLaunch, true);
  const choice = choices[dependentLaunch ? 1 : 0]!;
  if (options.constantB === undefined) return choice.undecided;
  const constantB = requireBoolean(operation, 'constantB', options.constantB, false);
  return constantB ? choice.constantB : choice.changingB;
}
