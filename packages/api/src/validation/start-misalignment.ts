import type { Tensor } from '@dg/runtime';

/** The tensor memory accelerator reads and writes rows that start at multiples of this many bytes. */
export const rowAlignmentBytes = 16;

/** Bytes by which the tensor's first element misses a multiple of 16 bytes; foreign pointers count too. */
export function startMisalignmentBytes(tensor: Tensor): number {
  return tensor.address % rowAlignmentBytes;
}
