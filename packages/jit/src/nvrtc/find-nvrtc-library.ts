import { readdirSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Environment, readStringVariable } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { namedReadable } from '../toolchain/named-file.js';
import { DEFAULT_TOOLKIT, namedToolkits } from '../toolchain/toolkits.js';

export interface FindNvrtcOptions {
  /** Path of libnvrtc; goes before everything else. */
  readonly nvrtcLibrary?: string | undefined;
  readonly env: Environment;
  /** Where a toolkit usually is. Default: `/usr/local/cuda`. */
  readonly defaultToolkit?: string | undefined;
  /** Where the system keeps libraries. */
  readonly systemFolders?: readonly string[] | undefined;
}

/** Below a toolkit, or the folder that a package of its libraries is unpacked to. */
const LIBRARY_FOLDERS = ['targets/x86_64-linux/lib', 'lib64', 'lib'];
const SYSTEM_FOLDERS = ['/usr/lib/x86_64-linux-gnu', '/usr/lib64', '/usr/lib'];
/** `libnvrtc.so.13`, `libnvrtc.so.12.9.86`, and not `libnvrtc-builtins.so.13.0` or `libnvrtc.alt.so.13`. */
const LIBRARY_NAME = /^libnvrtc\.so(\.\d+)*$/;

/**
 * Absolute path of libnvrtc: the option, `DG_JIT_NVRTC_LIBRARY`, then the newest one in the libraries of `CUDA_HOME`,
 * `CUDA_PATH`, `LD_LIBRARY_PATH`, of the default toolkit and of the system, whichever has one first.
 * @throws DgUnavailableError `nvrtc-not-readable` when a named one is no file, `nvrtc-not-found` when there is none.
 */
export function findNvrtcLibrary(options: FindNvrtcOptions): string {
  const { env } = options;
  return (
    named('option nvrtcLibrary', options.nvrtcLibrary) ??
    named('environment variable DG_JIT_NVRTC_LIBRARY', readStringVariable(env, 'DG_JIT_NVRTC_LIBRARY')) ??
    librariesIn(searchFolders(options))[0] ??
    throwNotFound()
  );
}

function searchFolders({
  env,
  defaultToolkit = DEFAULT_TOOLKIT,
  systemFolders = SYSTEM_FOLDERS,
}: FindNvrtcOptions): readonly string[] {
  const librariesOf = (toolkit: string) => LIBRARY_FOLDERS.map((folder) => join(toolkit, folder));
  const loaderFolders = (env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(isAbsolute);
  return [
    ...namedToolkits(env).flatMap(librariesOf),
    ...loaderFolders,
    ...librariesOf(defaultToolkit),
    ...systemFolders,
  ];
}

function librariesIn(folders: readonly string[]): readonly string[] {
  return folders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => LIBRARY_NAME.test(name))
      .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
      .map((name) => join(folder, name)),
  );
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function named(origin: string, path: string | undefined): string | undefined {
  return namedReadable({ origin, path, expected: 'libnvrtc', reason: 'nvrtc-not-readable' });
}

function throwNotFound(): never {
  throw new DgUnavailableError(
    'nvrtc-not-found',
    'expected libnvrtc of CUDA 12.3 or newer for compiling kernels but received none.',
    'Install NVRTC of the CUDA toolkit and set DG_JIT_NVRTC_LIBRARY to its libnvrtc, or CUDA_HOME or CUDA_PATH to its toolkit; or unset DG_JIT_USE_NVRTC to compile with nvcc.',
  );
}

/** Where the headers of the toolkit may lie that a library belongs to. */
export function headerFoldersBeside(library: string): readonly string[] {
  const folder = dirname(library);
  return [join(folder, '../include'), join(folder, '../../../include')];
}
