import type { CompileTarget } from '../compile-target.js';
import type { DgError } from '../errors/dg-error.js';
import type { KernelSource } from '../kernel-source.js';
import type { ProcessOutcome } from '../process/run-process.js';

export const COMPILER_KINDS = ['nvcc', 'nvrtc'] as const;
export type CompilerKind = (typeof COMPILER_KINDS)[number];

/** File names in the compiler's directory, and in an entry. */
export const SOURCE_FILE = 'source.cu';

/** `kernel.cubin` */
export function imageFile(target: CompileTarget): string {
  return `kernel.${target.output}`;
}

/** A compiler that is there: a program that turns `source.cu` in its working directory into an image beside it. */
export interface Toolchain {
  readonly kind: CompilerKind;
  /** Of nvcc, or of the library that NVRTC is. */
  readonly path: string;
  /** Tells this compiler from every other one of its kind, wherever it lies. Part of the key of every build. */
  readonly version: string;
  /** Everything on the command line that changes the image; no path of this machine. */
  flags(source: KernelSource, target: CompileTarget): readonly string[];
  /** The command, one element per argument; its files are relative to the directory it runs in. */
  command(source: KernelSource, target: CompileTarget): readonly string[];
  /** The same with placeholders for the paths of this machine, for an entry that may be moved. */
  portableCommand(source: KernelSource, target: CompileTarget): readonly string[];
  /** All that it gets to see of the environment. `temporary` takes its intermediate files. */
  processEnvironment(temporary: string): Record<string, string>;
  /** What the outcome says of the compiler itself; `undefined` when it says something of the kernel. */
  ownFailure(outcome: ProcessOutcome): DgError | undefined;
}

/** Finds a compiler when the first kernel needs one. */
export interface ToolchainFinder {
  readonly kind: CompilerKind;
  /**
   * @param foreignHeaders what the source includes of the toolkit.
   * @throws DgUnavailableError when there is none that can be used.
   */
  find(foreignHeaders: readonly string[]): Toolchain;
}
