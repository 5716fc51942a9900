import { fileURLToPath } from 'node:url';
import type { KernelSource } from '@dg/jit';

export const normalFillThreads = 256;

/** Fills memory with standard normal bfloat16 pairs. Parameters: out, uint32 pairs, uint32 seed; a thread per pair. */
export const normalFillKernel: KernelSource = {
  name: 'bench-normal-fill',
  entry: 'dg_bench_normal_fill',
  includeRoots: [kernelRoot()],
  code: `#include "normal_fill.cuh"

extern "C" __global__ void __launch_bounds__(${normalFillThreads})
    dg_bench_normal_fill(__nv_bfloat162* out, unsigned pairs, unsigned seed) {
  dg_bench::normal_fill(out, pairs, seed);
}
`,
};

/** tools/bench/kernels, from src/inputs/, and from dist/ of this tool or another one beside it. */
function kernelRoot(): string {
  const isSource = import.meta.url.endsWith('.ts');
  return fileURLToPath(new URL(isSource ? '../../kernels' : '../../bench/kernels', import.meta.url));
}
