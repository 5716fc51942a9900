import {
  type Environment,
  readBooleanVariable,
  readCountVariable,
  readEnumVariable,
  readStringVariable,
} from './environment-variables.js';
import type { CompilerKind } from './toolchain/toolchain.js';

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
  /** `DG_JIT_DUMP_PTX`: write the PTX of each kernel to a file, also on a cache hit. */
  readonly dumpPtx: boolean;
  /** `DG_JIT_DUMP_SASS`: the same with its machine code. */
  readonly dumpSass: boolean;
  /** `DG_LOG`. */
  readonly logLevel: LogLevel | undefined;
}

/** What the environment asks of this package. */
export interface JitEnvironment extends OutputEnvironment {
  /** `DG_JIT_CACHE_DIR`. */
  readonly cacheDirectory: string | undefined;
  /** `DG_JIT_CACHE_LIMIT_MIB`, in bytes. */
  readonly cacheLimitBytes: number | undefined;
  /** `DG_JIT_DUMP_DIR`. */
  readonly dumpDirectory: string | undefined;
  /** `DG_JIT_USE_NVRTC`. */
  readonly compiler: CompilerKind;
  /** `DG_JIT_FORBID_COMPILE`: a kernel that is not in the cache is an error. */
  readonly forbidCompile: boolean;
  /** `DG_JIT_WITH_LINEINFO`: lines of the source for profilers. */
  readonly lineInfo: boolean;
}

const BYTES_PER_MEBIBYTE = 2 ** 20;

/** @throws DgValidationError when a variable has a value it cannot have. */
export function readOutputEnvironment(env: Environment): OutputEnvironment {
  return {
    debug: readBooleanVariable(env, 'DG_JIT_DEBUG'),
    ptxasVerbose: readBooleanVariable(env, 'DG_JIT_PTXAS_VERBOSE'),
    printCompilerCommand: readBooleanVariable(env, 'DG_JIT_PRINT_COMPILER_COMMAND'),
    dumpPtx: readBooleanVariable(env, 'DG_JIT_DUMP_PTX'),
    dumpSass: readBooleanVariable(env, 'DG_JIT_DUMP_SASS'),
    logLevel: readEnumVariable(env, 'DG_LOG', LOG_LEVELS),
  };
}

/**
 * Reads the variables of this package, all of them strictly. Those that name a compiler are read when one is looked for.
 * @throws DgValidationError when a variable has a value it cannot have.
 */
export function readJitEnvironment(env: Environment = process.env): JitEnvironment {
  const limitMebibytes = readCountVariable(env, 'DG_JIT_CACHE_LIMIT_MIB');
  return {
    ...readOutputEnvironment(env),
    cacheDirectory: readStringVariable(env, 'DG_JIT_CACHE_DIR'),
    cacheLimitBytes: limitMebibytes && limitMebibytes * BYTES_PER_MEBIBYTE,
    dumpDirectory: readStringVariable(env, 'DG_JIT_DUMP_DIR'),
    compiler: readBooleanVariable(env, 'DG_JIT_USE_NVRTC') ? 'nvrtc' : 'nvcc',
    forbidCompile: readBooleanVariable(env, 'DG_JIT_FORBID_COMPILE'),
    lineInfo: readBooleanVariable(env, 'DG_JIT_WITH_LINEINFO'),
  };
}
