import { rejectTensor } from './reject-tensor.js';

/** Bytes of the swizzle span; 0 for none. */
export type SwizzleSpanBytes = 0 | 32 | 64 | 128;

const bankRowBytes = 128;
const repeatRows = 8;
const chunkShift = 4;
const patternShift = 7;

/**
 * Where a byte of an unswizzled shared-memory tile really lies (PTX ISA 5.5.7): for spans of 128, 64 and 32
 * bytes address bits [9:7], [8:7] and [7] flip bits [6:4], [5:4] and [4]. Its own inverse.
 *
 * @param byteAddress shared-memory address, at most 32 bits: the pattern belongs to the address, not to the tile
 */
export function swizzleOffset(byteAddress: number, spanBytes: SwizzleSpanBytes): number {
  if (spanBytes === 0) return byteAddress;
  const chunkMask = (spanBytes >> chunkShift) - 1;
  return byteAddress ^ (((byteAddress >> patternShift) & chunkMask) << chunkShift);
}

/** Bytes after which the pattern repeats: 1024, 512 or 256. Tiles start at a multiple of it. Without swizzle 1. */
export function swizzlePeriodBytes(spanBytes: SwizzleSpanBytes): number {
  return spanBytes === 0 ? 1 : (repeatRows * bankRowBytes) / (bankRowBytes / spanBytes);
}

/** Throws DgValidationError unless the number is a span that the hardware knows. */
export function asSwizzleSpan(spanBytes: number): SwizzleSpanBytes {
  if (spanBytes === 0 || spanBytes === 32 || spanBytes === 64 || spanBytes === 128) return spanBytes;
  rejectTensor('0, 32, 64 or 128 bytes', 'the swizzle span', spanBytes);
}
