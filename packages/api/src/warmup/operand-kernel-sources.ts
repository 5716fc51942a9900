import { fp8TransposeKernel, type KernelSource, kGroupMapsKernel, mnMajorCopyKernel } from '@dg/kernels';
import type { EntryPoint } from './entry-points.js';

/** The kernels with which a call may have to prepare its operands, as `prepareOperands` does. */
export function operandKernelSources(
  { operandType, form, storage }: EntryPoint,
  layout: 'contiguous' | 'any',
): readonly KernelSource[] {
  if (operandType === 'bfloat16') return [];
  const isTransposed = storage !== 'blocks' && (form !== 'nt' || layout === 'any');
  return [
    // Scales in another layout than TMA reads.
    mnMajorCopyKernel,
    ...(isTransposed ? [fp8TransposeKernel] : []),
    ...(storage === 'blocks' ? [kGroupMapsKernel] : []),
  ];
}
