import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { sha256 } from '../cache/build-record.js';
import type { Environment } from '../environment-variables.js';
import { DgUnavailableError } from '../errors/dg-unavailable-error.js';
import { compilerEnvironment } from '../toolchain/compiler-environment.js';
import { FileFacts } from '../toolchain/file-facts.js';
import { placeholderRoots } from '../toolchain/placeholder-roots.js';
import type { Toolchain, ToolchainFinder } from '../toolchain/toolchain.js';
import { elfBuildId } from './elf-build-id.js';
import { findNvrtcHelper } from './find-nvrtc-helper.js';
import { findNvrtcLibrary } from './find-nvrtc-library.js';
import { findToolkitHeaders } from './find-toolkit-headers.js';
import { nvrtcCommand, nvrtcFlags } from './nvrtc-command.js';
import { nvrtcLibraryFailure } from './nvrtc-exit-status.js';

export interface NvrtcOptions {
  /** Path of libnvrtc that the caller gave. */
  readonly nvrtcLibrary?: string | undefined;
  /** Path of nvcc that the caller gave: its toolkit has the headers. */
  readonly nvcc?: string | undefined;
  readonly env: Environment;
  readonly defaultToolkit?: string | undefined;
}

/** libnvrtc, which a small program of this package opens in a process of its own. */
export class NvrtcFinder implements ToolchainFinder {
  readonly kind = 'nvrtc';
  readonly #options: NvrtcOptions;
  /** By path: a library or a header may be replaced by another one in its place. */
  readonly #builds = new FileFacts(buildOf);
  readonly #headerHashes = new FileFacts((path) => sha256(readFileSync(path)));
  #found: { readonly helper: string; readonly library: string } | undefined;

  constructor(options: NvrtcOptions) {
    this.#options = options;
  }

  /** Looked for once; what the library and the headers are is read again when these files have changed. */
  find(foreignHeaders: readonly string[]): Toolchain {
    this.#found ??= { helper: findNvrtcHelper(), library: findNvrtcLibrary(this.#options) };
    const { helper, library } = this.#found;
    const build = this.#buildOf(library);
    const hashOf = (header: string) => this.#headerHashes.of(header);
    const headers = findToolkitHeaders(foreignHeaders, { ...this.#options, library, hashOf });
    return {
      kind: 'nvrtc',
      path: library,
      version: `build ${build}, headers ${headers.hash}`,
      flags: nvrtcFlags,
      command: (source, target) => {
        const includeRoots = [...source.includeRoots, ...headers.folders];
        return nvrtcCommand({ helper, library, includeRoots }, source, target);
      },
      portableCommand: (source, target) => {
        const includeRoots = [
          ...placeholderRoots(source.includeRoots),
          ...headers.folders.map(() => '<toolkit>'),
        ];
        return nvrtcCommand({ helper: 'dg-nvrtc', library: basename(library), includeRoots }, source, target);
      },
      processEnvironment: (temporary) => ({
        ...compilerEnvironment(dirname(helper), temporary),
        // Its own second library lies beside it, and is looked for by name.
        LD_LIBRARY_PATH: dirname(realpathSync(library)),
      }),
      ownFailure: (outcome) => nvrtcLibraryFailure(outcome, library),
    };
  }

  #buildOf(library: string): string {
    try {
      return this.#builds.of(library);
    } catch (error) {
      throw new DgUnavailableError(
        'nvrtc-not-found',
        `expected libnvrtc at ${library} but received ${(error as Error).message}.`,
        'Install NVRTC of the CUDA toolkit again, or name another libnvrtc.',
        { cause: error },
      );
    }
  }
}

/** The hash that the linker left in the library, which itself tells its release in part only (13.0). */
function buildOf(library: string): string {
  return elfBuildId(library) ?? sha256(readFileSync(library));
}
