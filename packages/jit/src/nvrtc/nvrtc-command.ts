import { type CompileTarget, virtualArchitecture } from '../compile-target.js';
import type { KernelSource } from '../kernel-source.js';
import { imageFile, SOURCE_FILE } from '../toolchain/toolchain.js';

/**
 * Every flag that changes the image, in order. NVRTC optimises as nvcc does with -O3, and needs no
 * --expt-relaxed-constexpr, as it compiles for the device only. Left out after measuring (NVRTC 13.0): precompiled headers
 * live as long as the process that makes them, and reading them took 190 ms where parsing the headers takes 70.
 */
export function nvrtcFlags(source: KernelSource, target: CompileTarget): readonly string[] {
  const isCubin = target.output === 'cubin';
  const architecture = isCubin ? target.architecture : virtualArchitecture(target.architecture);
  return [
    '--std=c++20',
    `--gpu-architecture=${architecture}`,
    // Always, so that the log beside the image can answer later, whoever asked for it first.
    ...(isCubin ? ['--ptxas-options=-v'] : []),
    ...(source.flags ?? []),
  ];
}

export interface NvrtcPaths {
  readonly helper: string;
  readonly library: string;
  /** The source's and the toolkit's. */
  readonly includeRoots: readonly string[];
}

/** The command, one element per argument; its files are relative to the directory it runs in. */
export function nvrtcCommand(
  { helper, library, includeRoots }: NvrtcPaths,
  source: KernelSource,
  target: CompileTarget,
): readonly string[] {
  return [
    helper,
    library,
    SOURCE_FILE,
    imageFile(target),
    target.output,
    ...nvrtcFlags(source, target),
    ...includeRoots.map((root) => `-I${root}`),
  ];
}
