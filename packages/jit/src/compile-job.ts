import { cacheKey } from './cache/cache-key.js';
import type { EntryAddress } from './cache/kernel-cache.js';
import { type CompileTarget, validateTarget } from './compile-target.js';
import type { Environment } from './environment-variables.js';
import { collectHeaders } from './headers/collect-headers.js';
import type { HeaderReader } from './headers/header-reader.js';
import type { KernelSource } from './kernel-source.js';
import { findNvcc } from './nvcc/find-nvcc.js';
import { imageFile, nvccCommand } from './nvcc/nvcc-command.js';
import type { NvccVersionReader } from './nvcc/nvcc-version.js';
import { validateKernelSource } from './validate-kernel-source.js';

/** One kernel for one target, with all that follows from the two and from the compiler. */
export interface CompileJob {
  readonly source: KernelSource;
  readonly target: CompileTarget;
  readonly key: string;
  readonly address: EntryAddress;
  readonly nvcc: string;
  /** The compiler's release and build. */
  readonly compiler: string;
  readonly command: readonly string[];
}

export interface JobTools {
  readonly headers: HeaderReader;
  readonly versions: NvccVersionReader;
  /** Path of nvcc that the caller gave. */
  readonly nvcc: string | undefined;
  readonly env: Environment;
}

/** @throws DgValidationError, DgUnavailableError as `Compiler.compile` says. */
export function planCompileJob(source: KernelSource, target: CompileTarget, tools: JobTools): CompileJob {
  validateKernelSource(source);
  validateTarget(target);
  const headers = collectHeaders(source, tools.headers);
  const nvcc = findNvcc({ nvcc: tools.nvcc, env: tools.env });
  const compiler = tools.versions.read(nvcc, tools.env).description;
  const key = cacheKey(source, target, headers, compiler);
  return {
    source,
    target,
    key,
    address: { entryName: `${source.name}.${key}`, imageName: imageFile(target) },
    nvcc,
    compiler,
    command: nvccCommand(nvcc, source, target),
  };
}
