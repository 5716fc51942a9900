import type { GemmProblem } from '../problem/gemm-problem.js';

/** The kernels of `@dg/kernels` that compute GEMMs. */
export type GemmKernelKind = 'fp8-1d2d' | 'bf16';

export function gemmKernelKind(problem: GemmProblem): GemmKernelKind {
  return problem.operandType === 'float8_e4m3fn' ? 'fp8-1d2d' : 'bf16';
}
