import { type CompileTarget, virtualArchitecture } from '../compile-target.js';
import type { KernelSource } from '../kernel-source.js';

export const SOURCE_FILE = 'source.cu';

/** File name of the image in the compiler's directory and in a cache entry. */
export function imageFile(target: CompileTarget): string {
  return `kernel.${target.output}`;
}

/**
 * Every flag that changes the image, in order: part of the cache key.
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

/** The command, one element per argument; its files are relative to the directory it runs in. */
export function nvccCommand(
  nvcc: string,
  source: KernelSource,
  target: CompileTarget,
  includeRoots = source.includeRoots,
): readonly string[] {
  return [
    nvcc,
    ...nvccFlags(source, target),
    ...includeRoots.map((root) => `-I${root}`),
    SOURCE_FILE,
    '-o',
    imageFile(target),
  ];
}

/** The command without any path of this machine, for a cache entry that may be moved. */
export function portableNvccCommand(source: KernelSource, target: CompileTarget): readonly string[] {
  const placeholders = source.includeRoots.map((_, index) => `<include-root-${index}>`);
  return nvccCommand('nvcc', source, target, placeholders);
}
