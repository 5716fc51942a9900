import type { KernelSource } from '../kernel-source.js';

/** A source for the fake compilers, which make the kernel `k` of whatever they get. A new object on every call. */
export function kernelSource(fields: Partial<KernelSource> = {}): KernelSource {
  return { name: 'test-kernel', entry: 'k', code: '// code', includeRoots: [], ...fields };
}

export const CUBIN = { architecture: 'sm_90a', output: 'cubin' } as const;
export const PTX = { architecture: 'sm_90a', output: 'ptx' } as const;
