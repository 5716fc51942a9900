import { reject } from '@dg/runtime';

/** Kernels count rows, columns, depth and groups in 32-bit signed integers. */
const largestDimension = 2 ** 31 - 1;

export function requireDimensions(operation: string, m: number, n: number, k: number, groups = 1): void {
  if (m <= largestDimension && n <= largestDimension && k <= largestDimension && groups <= largestDimension)
    return;
  reject(operation, 'M, N, K and G below 2^31', `M ${m}, N ${n}, K ${k}, G ${groups}`);
}
