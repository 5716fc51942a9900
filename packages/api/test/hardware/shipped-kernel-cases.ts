import { gemmCases } from './gemm-cases.js';
import { layoutCases } from './layout-cases.js';
import type { ShippedKernelCase } from './shipped-kernel.js';

export function shippedKernelCases(): ShippedKernelCase[] {
  return [...gemmCases(), ...layoutCases()];
}
