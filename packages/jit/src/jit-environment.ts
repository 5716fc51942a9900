import {
  type Environment,
  readBooleanVariable,
  readEnumVariable,
  readStringVariable,
} from './environment-variables.js';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment asks to be shown. */
export interface OutputEnvironment {
  /** `DG_JIT_DEBUG`: log keys, hits and misses, paths and times. */
  readonly debug: boolean;
  /** `DG_JIT_PTXAS_VERBOSE`: log what the assembler said, also on a cache hit. */
  readonly ptxasVerbose: boolean;
  /** `DG_JIT_PRINT_COMPILER_COMMAND`: log the command, also on a cache hit. */
  readonly printCompilerCommand: boolean;
  /** `DG_LOG`. */
  readonly logLevel: LogLevel | undefined;
}

/** What the environment asks of this package. */
export interface JitEnvironment extends OutputEnvironment {
  /** `DG_JIT_CACHE_DIR`. */
  readonly cacheDirectory: string | undefined;
}

/** @throws DgValidationError when a variable has a value it cannot have. */
export function readOutputEnvironment(env: Environment): OutputEnvironment {
  return {
    debug: readBooleanVariable(env, 'DG_JIT_DEBUG'),
    ptxasVerbose: readBooleanVariable(env, 'DG_JIT_PTXAS_VERBOSE'),
    printCompilerCommand: readBooleanVariable(env, 'DG_JIT_PRINT_COMPILER_COMMAND'),
    logLevel: readEnumVariable(env, 'DG_LOG', LOG_LEVELS),
  };
}

/**
 * Reads the variables of this package, all of them strictly. `findNvcc` reads those that name a toolkit.
 * @throws DgValidationError when a variable has a value it cannot have.
 * @throws DgUnavailableError `nvrtc-not-supported-yet` under `DG_JIT_USE_NVRTC=1`.
 */
export function readJitEnvironment(env: Environment = process.env): JitEnvironment {
  if (readBooleanVariable(env, 'DG_JIT_USE_NVRTC')) {
    throw new DgUnavailableError(
      'nvrtc-not-supported-yet',
      'expected 0 for environment variable DG_JIT_USE_NVRTC but received 1: compiling with NVRTC is not supported yet.',
      'Unset DG_JIT_USE_NVRTC to compile with nvcc.',
    );
  }
  return { ...readOutputEnvironment(env), cacheDirectory: readStringVariable(env, 'DG_JIT_CACHE_DIR') };
}
