import { readFileSync, realpathSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { sha256 } from '../cache/build-record.js';
import type { Environment } from '../environment-variables.js';
import { compilerEnvironment } from '../toolchain/compiler-environment.js';
import { placeholderRoots } from '../toolchain/placeholder-roots.js';
import type { Toolchain, ToolchainFinder } from '../toolchain/toolchain.js';
import { elfBuildId } from './elf-build-id.js';
import { findNvrtcHelper } from './find-nvrtc-helper.js';
import { findNvrtcLibrary } from './find-nvrtc-library.js';
import { findToolkitHeaders, type ToolkitHeaders } from './find-toolkit-headers.js';
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

interface FoundNvrtc {
  readonly helper: string;
  readonly library: string;
  /** The hash that the linker left in the library, which itself tells its release in part only (13.0). */
  readonly build: string;
}

/** libnvrtc, which a small program of this package opens in a process of its own. */
export class NvrtcFinder implements ToolchainFinder {
  readonly kind = 'nvrtc';
  readonly #options: NvrtcOptions;
  /** Looked for once, and so are the headers of each kind of source. */
  #found: FoundNvrtc | undefined;
  readonly #headers = new Map<string, ToolkitHeaders>();

  constructor(options: NvrtcOptions) {
    this.#options = options;
  }

  find(foreignHeaders: readonly string[]): Toolchain {
    this.#found ??= lookForNvrtc(this.#options);
    const { helper, library, build } = this.#found;
    const headers = this.#headersFor(foreignHeaders, library);
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

  #headersFor(names: readonly string[], library: string): ToolkitHeaders {
    const key = names.join();
    const headers = this.#headers.get(key) ?? findToolkitHeaders(names, { ...this.#options, library });
    this.#headers.set(key, headers);
    return headers;
  }
}

function lookForNvrtc(options: NvrtcOptions): FoundNvrtc {
  const helper = findNvrtcHelper();
  const library = findNvrtcLibrary(options);
  return { helper, library, build: elfBuildId(library) ?? sha256(readFileSync(library)) };
}
