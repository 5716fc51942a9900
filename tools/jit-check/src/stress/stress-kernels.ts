import type { KernelSource } from '@dg/jit';

/** The kernels of one round: no other round has them, so the cache is cold for it. */
export function stressKernels(round: number, count: number): KernelSource[] {
  return Array.from({ length: count }, (_, index) => ({
    name: `stress-${round}-${index}`,
    entry: 'k',
    code: `// round ${round}, kernel ${index}\nextern "C" __global__ void k(float* x) { x[threadIdx.x] += ${index}.0f; }\n`,
    includeRoots: [],
  }));
}

export const stressTarget = { architecture: 'sm_90a', output: 'cubin' } as const;
