import type { AnyOptions } from '../gemm/gemm-options.js';
import { requireBoolean } from './require-boolean.js';

/** How early a launch may start: see CallOptions. */
export interface LaunchChoice {
  readonly dependentLaunch: boolean;
  /** Undefined where the stream is to say. */
  readonly constantB: boolean | undefined;
  readonly constantA: boolean | undefined;
}

const constants = [undefined, false, true] as const;

/** One object for each choice: a call makes none of its own. */
const choices = [false, true].map((dependentLaunch) =>
  constants.map((constantB) =>
    constants.map((constantA): LaunchChoice => Object.freeze({ dependentLaunch, constantB, constantA })),
  ),
);

export function requireLaunchChoice(operation: string, options: AnyOptions): LaunchChoice {
  const dependentLaunch = requireBoolean(operation, 'dependentLaunch', options.dependentLaunch, true);
  const constantB = requireBoolean(operation, 'constantB', options.constantB, undefined);
  const constantA = requireBoolean(operation, 'constantA', options.constantA, undefined);
  return choices[dependentLaunch ? 1 : 0]![constants.indexOf(constantB)]![constants.indexOf(constantA)]!;
}
