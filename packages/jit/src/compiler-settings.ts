import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { defaultCacheDirectory } from './cache/default-cache-directory.js';
import { storeLayout } from './cache/store-layout.js';
import type { CompilerOptions } from './compiler-types.js';
import { defaultLogger } from './create-logger.js';
import type { Environment } from './environment-variables.js';
import { DgValidationError } from './errors/dg-validation-error.js';
import { type JitEnvironment, readJitEnvironment } from './jit-environment.js';
import type { Logger } from './logger.js';
import { COMPILER_KINDS, type CompilerKind } from './toolchain/toolchain.js';

const DEFAULT_TIMEOUT_MS = 120_000;
/** The longest a timer of Node takes; a longer one would fire at once. */
const LONGEST_TIMEOUT_MS = 2 ** 31 - 1;

/** The options of a compiler, with what the environment says where they are left out. */
export interface CompilerSettings {
  readonly compiler: CompilerKind;
  readonly nvcc: string | undefined;
  readonly hostCompiler: string | undefined;
  readonly nvrtcLibrary: string | undefined;
  readonly cacheDirectory: string;
  /** `Infinity` evicts nothing, but keeps the time of each use for those who do; `undefined` does neither. */
  readonly cacheLimitBytes: number | undefined;
  readonly forbidCompile: boolean;
  readonly lineInfo: boolean;
  readonly dumpPtx: boolean;
  readonly dumpSass: boolean;
  readonly dumpDirectory: string;
  readonly logger: Logger;
  readonly env: Environment;
  /** What of the environment is shown. */
  readonly environment: JitEnvironment;
  readonly parallelism: number;
  readonly timeoutMs: number;
}

/** @throws DgValidationError, DgUnavailableError as `createCompiler`. */
export function compilerSettings(options: CompilerOptions): CompilerSettings {
  const env = { ...(options.env ?? process.env) };
  const environment = readJitEnvironment(env);
  const named = options.cacheDirectory ?? environment.cacheDirectory ?? defaultCacheDirectory();
  const cacheDirectory = resolve(named);
  const dumpDirectory =
    options.dumpDirectory ?? environment.dumpDirectory ?? storeLayout(cacheDirectory).dumps;
  return {
    compiler: kindOf(options.compiler ?? environment.compiler),
    nvcc: options.nvcc,
    hostCompiler: options.hostCompiler,
    nvrtcLibrary: options.nvrtcLibrary,
    cacheDirectory,
    cacheLimitBytes: cacheLimit(options.cacheLimitBytes ?? environment.cacheLimitBytes),
    forbidCompile: options.forbidCompile ?? environment.forbidCompile,
    lineInfo: options.lineInfo ?? environment.lineInfo,
    dumpPtx: options.dumpPtx ?? environment.dumpPtx,
    dumpSass: options.dumpSass ?? environment.dumpSass,
    dumpDirectory: resolve(dumpDirectory),
    logger: options.logger ?? defaultLogger(env),
    env,
    environment,
    parallelism: count('parallelism', options.parallelism ?? availableParallelism()),
    timeoutMs: timeout(options.timeoutMs ?? DEFAULT_TIMEOUT_MS),
  };
}

function kindOf(compiler: CompilerKind): CompilerKind {
  if (COMPILER_KINDS.includes(compiler)) return compiler;
  throw new DgValidationError(
    `expected ${COMPILER_KINDS.join(' or ')} for compiler but received ${JSON.stringify(compiler)}`,
  );
}

function cacheLimit(bytes: number | undefined): number | undefined {
  if (bytes === undefined || bytes === Number.POSITIVE_INFINITY) return bytes;
  return count('cacheLimitBytes', bytes);
}

function count(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new DgValidationError(`expected an integer of at least 1 for ${name} but received ${value}`);
}

function timeout(timeoutMs: number): number {
  if (Number.isFinite(timeoutMs) && timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new DgValidationError(
    `expected 1 to ${LONGEST_TIMEOUT_MS} milliseconds for timeoutMs but received ${timeoutMs}`,
  );
}
