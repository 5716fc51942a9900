import { type CompileTarget, virtualArchitecture } from '../compile-target.js';
import type { KernelSource } from '../kernel-source.js';
import { imageFile, SOURCE_FILE } from '../toolchain/toolchain.js';

/**
 * Every flag that changes the image, in order.
 * Left out after measuring (nvcc 13.0): `-t` and `--split-compile` change nothing for one file and one architecture.
 */
export function nvccFlags(source: KernelSource, target: CompileTarget): readonly string[] {
  const virtual = virtualArchitecture(target.architecture);
  const targetFlags =
    target.output === 'cubin'
      ? [`-gencode=arch=${virtual},code=${target.architecture}`, '-cubin']
      : [`-arch=${virtual}`, '-ptx'];
  return [
    '-std=c++20',
    '-O3',
    '--expt-relaxed-constexpr',
    ...targetFlags,
    // Always, so that the log beside the image can answer later, whoever asked for it first.
    '-Xptxas',
    '-v',
    ...(source.flags ?? []),
  ];
}

export interface NvccPaths {
  readonly nvcc: string;
  /** The host compiler, where nvcc shall not take the one it finds. */
  readonly hostCompiler: string | undefined;
  readonly includeRoots: readonly string[];
}

/** The command, one element per argument; its files are relative to the directory it runs in. */
export function nvccCommand(
  { nvcc, hostCompiler, includeRoots }: NvccPaths,
  source: KernelSource,
  target: CompileTarget,
): readonly string[] {
  return [
    nvcc,
    ...nvccFlags(source, target),
    ...(hostCompiler === undefined ? [] : [`-ccbin=${hostCompiler}`]),
    ...includeRoots.map((root) => `-I${root}`),
    SOURCE_FILE,
    '-o',
    imageFile(target),
  ];
}
