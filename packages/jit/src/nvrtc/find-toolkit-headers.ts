import { join } from 'node:path';
import { sha256 } from '../cache/build-record.js';
import { type Environment, readStringVariable } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { isReadableFile } from '../toolchain/named-file.js';
import { DEFAULT_TOOLKIT, namedToolkits } from '../toolchain/toolkits.js';
import { headerFoldersBeside } from './find-nvrtc-library.js';

export interface FindHeadersOptions {
  readonly library: string;
  readonly env: Environment;
  readonly defaultToolkit?: string | undefined;
  /** Of the caller's nvcc, whose toolkit has them. */
  readonly nvcc?: string | undefined;
  /** SHA-256 of a file, hexadecimal. */
  readonly hashOf: (path: string) => string;
}

export interface ToolkitHeaders {
  /** One folder; none where the source needs none. */
  readonly folders: readonly string[];
  /** Of the headers that are needed: they need not be of the same release as the library. */
  readonly hash: string;
}

const INCLUDE_FOLDERS = ['targets/x86_64-linux/include', 'include'];
const HASH_DIGITS = 16;

/**
 * Where the headers of the toolkit are that a source includes with `<...>`; NVRTC brings none of them along. Beside the
 * library first, so that both are of one version.
 * @param names what is included; other names than `cuda...` are left to the compiler.
 * @throws DgUnavailableError `cuda-headers-not-found`
 */
export function findToolkitHeaders(names: readonly string[], options: FindHeadersOptions): ToolkitHeaders {
  const needed = names.filter((name) => name.startsWith('cuda'));
  if (needed.length === 0) return { folders: [], hash: 'none' };
  const folders = [
    ...headerFoldersBeside(options.library),
    ...toolkitsOf(options).flatMap((toolkit) => INCLUDE_FOLDERS.map((folder) => join(toolkit, folder))),
  ];
  const found = folders.find((folder) => needed.every((name) => isReadableFile(join(folder, name))));
  if (found === undefined) {
    throw new DgUnavailableError(
      'cuda-headers-not-found',
      `expected ${needed.join(' and ')} of the CUDA toolkit for compiling with ${options.library} but received none in ${folders.join(', ')}.`,
      'Install the headers of the CUDA runtime beside NVRTC, or set CUDA_HOME to a toolkit that has them.',
    );
  }
  const contents = needed.map((name) => options.hashOf(join(found, name)));
  return { folders: [found], hash: sha256(contents.join()).slice(0, HASH_DIGITS) };
}

function toolkitsOf({ env, defaultToolkit = DEFAULT_TOOLKIT, nvcc }: FindHeadersOptions): readonly string[] {
  const namedNvcc = nvcc ?? readStringVariable(env, 'DG_JIT_NVCC_COMPILER');
  const ofNvcc = namedNvcc === undefined ? [] : [join(namedNvcc, '../..')];
  return [...ofNvcc, ...namedToolkits(env), defaultToolkit];
}
