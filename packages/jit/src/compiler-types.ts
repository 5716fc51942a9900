import type { CompileTarget } from './compile-target.js';
import type { Environment } from './environment-variables.js';
import type { DgError } from './errors/dg-error.js';
import type { KernelSource } from './kernel-source.js';
import type { Logger } from './logger.js';

export interface CompilerOptions {
  /** Path of nvcc. Default: `DG_JIT_NVCC_COMPILER`, `CUDA_HOME`, `CUDA_PATH`, `PATH`, `/usr/local/cuda`. */
  readonly nvcc?: string | undefined;
  /** Default: `DG_JIT_CACHE_DIR`, else `~/.deep_gemm`. */
  readonly cacheDirectory?: string | undefined;
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** How long one run of the compiler may take, in milliseconds. Default: 120 000. */
  readonly timeoutMs?: number | undefined;
  /** Told what happens, in order. It must not throw. */
  readonly onEvent?: ((event: CompileEvent) => void) | undefined;
}

export interface CompileOptions {
  /**
   * Whether local memory or serialised WGMMA fails the build. Default for a cubin: the source's `strict`. PTX has no
   * registers assigned yet, so there it cannot be required and `strict` is not checked.
   */
  readonly requireNoLocalMemory?: boolean | undefined;
}

/** What a compiler tells while it works: a hit, or a start followed by an end or a failure. Times in milliseconds. */
export type CompileEvent =
  | { readonly type: 'cache-hit'; readonly name: string; readonly key: string; readonly milliseconds: number }
  | { readonly type: 'compile-start'; readonly name: string; readonly key: string }
  | {
      readonly type: 'compile-end';
      readonly name: string;
      readonly key: string;
      readonly milliseconds: number;
    }
  | { readonly type: 'compile-failed'; readonly name: string; readonly key: string; readonly error: DgError };

export interface CompiledKernel {
  /** SHA-256, hexadecimal. Equal keys mean equal kernels. */
  readonly key: string;
  /** The cubin, or PTX in UTF-8. Shared by all who ask for the same kernel: do not write to it. */
  readonly image: Uint8Array;
  /** Of the image in the cache; `undefined` when the cache could not be written. */
  readonly path: string | undefined;
  /** Whether this call did without the compiler. */
  readonly cached: boolean;
  /** What this call took. */
  readonly milliseconds: number;
  /** What the compiler and the assembler said when the image was made, with `ptxas -v`. */
  readonly log: string;
  /** One element per argument; its files are relative to the directory of `path`. */
  readonly command: readonly string[];
}

/** Compiles kernels with nvcc and keeps them on disk. Nothing is looked up or run before the first kernel. */
export interface Compiler {
  /**
   * Compiles in child processes, at most one per core. Calls for the same kernel share one.
   * @throws DgValidationError for a wrong source, target or a missing header; DgUnavailableError without a usable
   * nvcc; DgCompileError when the compiler rejects the kernel, dies, hangs or writes nothing, or the build is not clean.
   */
  compile(source: KernelSource, target: CompileTarget, options?: CompileOptions): Promise<CompiledKernel>;
  /** The blocking twin of `compile`, with the same result and errors. */
  compileSync(source: KernelSource, target: CompileTarget, options?: CompileOptions): CompiledKernel;
}
