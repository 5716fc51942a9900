import type { CompileTarget } from './compile-target.js';
import type { Environment } from './environment-variables.js';
import type { CompileEvent } from './events/kernel-event.js';
import type { KernelSource } from './kernel-source.js';
import type { Logger } from './logger.js';
import type { CompilerKind } from './toolchain/toolchain.js';

export interface CompilerOptions {
  /** Default: `nvrtc` under `DG_JIT_USE_NVRTC=1`, else `nvcc`. */
  readonly compiler?: CompilerKind | undefined;
  /** Path of nvcc. Default: `DG_JIT_NVCC_COMPILER`, `CUDA_HOME`, `CUDA_PATH`, `PATH`, `/usr/local/cuda`. */
  readonly nvcc?: string | undefined;
  /** Path of the C++ compiler that nvcc preprocesses with. Default: `DG_JIT_HOST_COMPILER`, else the system's g++. */
  readonly hostCompiler?: string | undefined;
  /** Path of libnvrtc. Default: `DG_JIT_NVRTC_LIBRARY`, `CUDA_HOME`, `CUDA_PATH`, `LD_LIBRARY_PATH`, the system. */
  readonly nvrtcLibrary?: string | undefined;
  /** Default: `DG_JIT_CACHE_DIR`, else `~/.deep_gemm`. */
  readonly cacheDirectory?: string | undefined;
  /**
   * The size that the cache is kept at after each compilation, least recently used kernels going first. `Infinity`: this
   * compiler removes nothing, whatever the environment says. Default: `DG_JIT_CACHE_LIMIT_MIB`, else no limit.
   */
  readonly cacheLimitBytes?: number | undefined;
  /**
   * Whether a kernel that is not in the cache is an error. Builds of any compiler then count. Default:
   * `DG_JIT_FORBID_COMPILE`, else false.
   */
  readonly forbidCompile?: boolean | undefined;
  /** Whether kernels carry the lines of their source, for profilers. Default: `DG_JIT_WITH_LINEINFO`, else false. */
  readonly lineInfo?: boolean | undefined;
  /** Whether the PTX of each kernel is written to a file. Default: `DG_JIT_DUMP_PTX`, else false. */
  readonly dumpPtx?: boolean | undefined;
  /** The same for its machine code. Default: `DG_JIT_DUMP_SASS`, else false. */
  readonly dumpSass?: boolean | undefined;
  /** Where these files go. Default: `DG_JIT_DUMP_DIR`, else a folder of the cache. */
  readonly dumpDirectory?: string | undefined;
  /** Default: stderr, at the level of `DG_LOG`. */
  readonly logger?: Logger | undefined;
  /** Default: `process.env`. */
  readonly env?: Environment | undefined;
  /** How many compilers run at a time at most. Default: one per core. */
  readonly parallelism?: number | undefined;
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

export interface AsyncCompileOptions extends CompileOptions {
  /** Gives up; the compiler is killed when nobody else waits for the same kernel. */
  readonly signal?: AbortSignal | undefined;
}

export interface CompiledKernel {
  /** SHA-256, hexadecimal. Equal keys mean equal kernels. */
  readonly key: string;
  /** The cubin, or PTX in UTF-8. Shared by all who ask for the same kernel: do not write to it. */
  readonly image: Uint8Array;
  /** Of the image in the cache; `undefined` when the cache could not be written. */
  readonly path: string | undefined;
  /** Whether this call did without a compiler of its own. */
  readonly cached: boolean;
  /** What this call took. */
  readonly milliseconds: number;
  readonly compiler: CompilerKind;
  /** What tells the release of that compiler. */
  readonly compilerVersion: string;
  /** What the compiler and the assembler said when the image was made, with `ptxas -v`. */
  readonly log: string;
  /**
   * One element per argument; its files are relative to the directory of `path`. With placeholders for paths where the
   * compiler that made it was not looked for.
   */
  readonly command: readonly string[];
}

/** Compiles kernels and keeps them on disk. Nothing is looked up or run before the first kernel. */
export interface Compiler {
  /**
   * Compiles in child processes, at most one per core. Of all calls, threads and processes that want the same kernel
   * from the same cache directory, one compiles it and the others wait.
   * @throws DgValidationError for a wrong source, target or a missing header; DgUnavailableError without a usable
   * compiler (only when the kernel is not in the cache), with `compile-forbidden`, or with `compile-inputs-changed` when
   * headers or compiler changed during each of several runs; DgCompileError when the compiler rejects the kernel, dies,
   * hangs or writes nothing, or the build is not clean; the reason of `signal`.
   */
  compile(
    source: KernelSource,
    target: CompileTarget,
    options?: AsyncCompileOptions,
  ): Promise<CompiledKernel>;
  /** The blocking twin of `compile`, with the same result and errors. */
  compileSync(source: KernelSource, target: CompileTarget, options?: CompileOptions): CompiledKernel;
}
