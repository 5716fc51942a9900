import type { DeviceBuffer } from './device-buffer.js';

export type TensorMapElement = 'uint8' | 'bfloat16' | 'float32' | 'int32';

/**
 * A tiled tensor map (PTX ISA 5.5): how the tensor memory accelerator walks global memory.
 * Dimension 0 is the contiguous one. Interleave is off, element strides are 1, out-of-range elements read
 * as zero.
 */
export interface TensorMap {
  readonly buffer: DeviceBuffer;
  /** A multiple of 16. */
  readonly byteOffset: number;
  readonly element: TensorMapElement;
  /** Elements per dimension, 1 to 5 of them, each 1 to 2^32. */
  readonly dims: readonly number[];
  /** Bytes between neighbours in dimension 1 and up: one fewer than dims, multiples of 16, below 2^40. */
  readonly stridesBytes: readonly number[];
  /** Elements per dimension that one copy moves, each 1 to 256. */
  readonly box: readonly number[];
  /** Bytes of the swizzle span, or 0 for none. */
  readonly swizzleBytes: 0 | 32 | 64 | 128;
  readonly l2PromotionBytes: 0 | 64 | 128 | 256;
}
