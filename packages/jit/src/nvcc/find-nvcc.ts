import { delimiter, isAbsolute, join } from 'node:path';
import { type Environment, readStringVariable } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { isExecutableFile, namedExecutable } from '../toolchain/named-file.js';
import { DEFAULT_TOOLKIT } from '../toolchain/toolkits.js';

export interface FindNvccOptions {
  /** Path of nvcc; goes before everything else. */
  readonly nvcc?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** Where a toolkit usually is. Default: `/usr/local/cuda`. */
  readonly defaultToolkit?: string | undefined;
}

/**
 * Absolute path of nvcc: the option, `DG_JIT_NVCC_COMPILER`, `CUDA_HOME`/bin, `CUDA_PATH`/bin, the absolute
 * folders of `PATH`, then the default toolkit. The first that is named decides; a name that is wrong is an error and not a reason to look further.
 * @throws DgUnavailableError `nvcc-not-executable` when the named one is not an executable file, `nvcc-not-found` when
 * there is none at all.
 */
export function findNvcc(options: FindNvccOptions = {}): string {
  const env = options.env ?? process.env;
  return (
    named('option nvcc', options.nvcc) ??
    named('environment variable DG_JIT_NVCC_COMPILER', readStringVariable(env, 'DG_JIT_NVCC_COMPILER')) ??
    ofToolkit('CUDA_HOME', env) ??
    ofToolkit('CUDA_PATH', env) ??
    onPath(env) ??
    firstExecutable([join(options.defaultToolkit ?? DEFAULT_TOOLKIT, 'bin', 'nvcc')]) ??
    throwNotFound()
  );
}

/**
 * Absolute path of the host compiler that is named: the option, then `DG_JIT_HOST_COMPILER`. `undefined` lets nvcc take
 * the g++ of the system.
 * @throws DgUnavailableError `host-compiler-not-executable`
 */
export function findHostCompiler(options: {
  readonly hostCompiler?: string | undefined;
  readonly env: Environment;
}): string | undefined {
  const name = (origin: string, path: string | undefined) =>
    namedExecutable({ origin, path, expected: 'a host compiler', reason: 'host-compiler-not-executable' });
  return (
    name('option hostCompiler', options.hostCompiler) ??
    name('environment variable DG_JIT_HOST_COMPILER', readStringVariable(options.env, 'DG_JIT_HOST_COMPILER'))
  );
}

function named(origin: string, path: string | undefined): string | undefined {
  return namedExecutable({ origin, path, expected: 'an executable nvcc', reason: 'nvcc-not-executable' });
}

function ofToolkit(variable: string, env: Environment): string | undefined {
  const toolkit = readStringVariable(env, variable);
  return named(`environment variable ${variable}`, toolkit && join(toolkit, 'bin', 'nvcc'));
}

/** Not in `.` and the like: what lies in the current directory is nobody's compiler. */
function onPath(env: Environment): string | undefined {
  const directories = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return firstExecutable(directories.map((directory) => join(directory, 'nvcc')));
}

function firstExecutable(paths: readonly string[]): string | undefined {
  return paths.find(isExecutableFile);
}

function throwNotFound(): never {
  throw new DgUnavailableError(
    'nvcc-not-found',
    'expected nvcc of a CUDA toolkit for compiling kernels but received none.',
    'Install the CUDA toolkit and set DG_JIT_NVCC_COMPILER to its nvcc, or CUDA_HOME or CUDA_PATH to its folder, or put nvcc on PATH.',
  );
}
