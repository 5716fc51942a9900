import { dirname } from 'node:path';
import type { Environment } from '../environment-variables.js';
import { compilerEnvironment } from '../toolchain/compiler-environment.js';
import { placeholderRoots } from '../toolchain/placeholder-roots.js';
import type { Toolchain, ToolchainFinder } from '../toolchain/toolchain.js';
import { findHostCompiler, findNvcc } from './find-nvcc.js';
import { nvccCommand, nvccFlags } from './nvcc-command.js';
import type { NvccVersionReader } from './nvcc-version.js';

export interface NvccOptions {
  /** Path of nvcc that the caller gave. */
  readonly nvcc?: string | undefined;
  readonly hostCompiler?: string | undefined;
  readonly env: Environment;
}

/** nvcc of a CUDA toolkit, run in a child process. */
export class NvccFinder implements ToolchainFinder {
  readonly kind = 'nvcc';
  readonly #options: NvccOptions;
  readonly #versions: NvccVersionReader;
  #found: { readonly nvcc: string; readonly hostCompiler: string | undefined } | undefined;

  constructor(options: NvccOptions, versions: NvccVersionReader) {
    this.#options = options;
    this.#versions = versions;
  }

  /** Looked for once; the version is asked for again when the file has changed. */
  find(): Toolchain {
    this.#found ??= {
      nvcc: findNvcc(this.#options),
      hostCompiler: findHostCompiler(this.#options),
    };
    const { nvcc, hostCompiler } = this.#found;
    return {
      kind: 'nvcc',
      path: nvcc,
      version: this.#versions.read(nvcc).description,
      flags: nvccFlags,
      command: (source, target) => {
        return nvccCommand({ nvcc, hostCompiler, includeRoots: source.includeRoots }, source, target);
      },
      portableCommand: (source, target) => {
        const includeRoots = placeholderRoots(source.includeRoots);
        return nvccCommand({ nvcc: 'nvcc', hostCompiler: undefined, includeRoots }, source, target);
      },
      processEnvironment: (temporary) => compilerEnvironment(dirname(nvcc), temporary),
      ownFailure: () => undefined,
    };
  }
}
