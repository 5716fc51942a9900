import { gemmCases } from './gemm-cases.js';
import { groupedCases } from './grouped-cases.js';
import { layoutCases } from './layout-cases.js';
import type { ShippedKernelCase } from './shipped-kernel.js';

export function shippedKernelCases(): ShippedKernelCase[] {
  return [...gemmCases(), ...groupedCases(), ...layoutCases()];
}
