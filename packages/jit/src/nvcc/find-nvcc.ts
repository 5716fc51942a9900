import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { type Environment, readStringVariable } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';

const DEFAULT_TOOLKIT = '/usr/local/cuda';

export interface FindNvccOptions {
  /** Path of nvcc; goes before everything else. */
  readonly nvcc?: string | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** Where a toolkit usually is. Default: `/usr/local/cuda`. */
  readonly defaultToolkit?: string | undefined;
}

/**
 * Absolute path of nvcc: the option, `DG_JIT_NVCC_COMPILER`, `CUDA_HOME`/bin, `CUDA_PATH`/bin, `PATH`, then the
 * default toolkit. The first that is named decides; a name that is wrong is an error and not a reason to look further.
 * @throws DgUnavailableError `nvcc-not-executable` when the named one is not an executable file, `nvcc-not-found` when
 * there is none at all.
 */
export function findNvcc(options: FindNvccOptions = {}): string {
  const env = options.env ?? process.env;
  return (
    namedNvcc('option nvcc', options.nvcc) ??
    namedNvcc('environment variable DG_JIT_NVCC_COMPILER', readStringVariable(env, 'DG_JIT_NVCC_COMPILER')) ??
    toolkitNvcc('CUDA_HOME', env) ??
    toolkitNvcc('CUDA_PATH', env) ??
    nvccOnPath(env) ??
    firstExecutable([join(options.defaultToolkit ?? DEFAULT_TOOLKIT, 'bin', 'nvcc')]) ??
    throwNotFound()
  );
}

function namedNvcc(origin: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const absolute = resolve(path);
  if (!isExecutableFile(absolute)) {
    throw new DgUnavailableError(
      'nvcc-not-executable',
      `expected an executable nvcc for ${origin} but received ${absolute}, which is not an executable file.`,
      `Correct or unset ${origin}.`,
    );
  }
  return absolute;
}

function toolkitNvcc(variable: string, env: Environment): string | undefined {
  const toolkit = readStringVariable(env, variable);
  return namedNvcc(`environment variable ${variable}`, toolkit && join(toolkit, 'bin', 'nvcc'));
}

function nvccOnPath(env: Environment): string | undefined {
  const directories = (env['PATH'] ?? '').split(delimiter).filter((directory) => directory !== '');
  return firstExecutable(directories.map((directory) => resolve(directory, 'nvcc')));
}

function firstExecutable(paths: readonly string[]): string | undefined {
  return paths.find(isExecutableFile);
}

function isExecutableFile(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function throwNotFound(): never {
  throw new DgUnavailableError(
    'nvcc-not-found',
    'expected nvcc of a CUDA toolkit for compiling kernels but received none.',
    'Install the CUDA toolkit and set DG_JIT_NVCC_COMPILER to its nvcc, or CUDA_HOME or CUDA_PATH to its folder, or put nvcc on PATH.',
  );
}
