import type { ByteRange } from './bulk-copy.js';
import { rejectTensor } from './reject-tensor.js';
import { type SwizzleSpanBytes, swizzleOffset } from './swizzle.js';

/** A decoded shared-memory matrix descriptor of WGMMA (PTX ISA 9.7.15.5.1.2.2). */
export interface MatrixDescriptor {
  readonly addressBytes: number;
  /** Bytes; of no meaning for swizzled K-major operands. */
  readonly leadingByteOffset: number;
  /** Bytes. */
  readonly strideByteOffset: number;
  /** (pattern start >> 7) & 7 where the swizzle pattern does not start aligned, else 0. */
  readonly baseOffset: number;
  readonly swizzleBytes: SwizzleSpanBytes;
}

/** Which dimension is contiguous in shared memory. MN-major exists for 16-bit types only (9.7.15.5.2). */
export type OperandMajor = 'k' | 'mn';

const fieldMask = 0x3fff;
const fieldShift = 4;
const reservedLow = 0xc000_c000;
const reservedHigh = 0x3ff1_c000;
const swizzleModes: readonly SwizzleSpanBytes[] = [0, 128, 64, 32];

/**
 * @param low bits 31..0, high bits 63..32; signed or unsigned
 * @throws DgValidationError where a reserved bit is set, or a base offset without a swizzle
 */
export function decodeMatrixDescriptor(low: number, high: number): MatrixDescriptor {
  if ((low & reservedLow) !== 0 || (high & reservedHigh) !== 0)
    rejectTensor('zeros in the reserved bits', 'a matrix descriptor', hexadecimal(low, high));
  const swizzleBytes = swizzleModes[high >>> 30]!;
  const baseOffset = (high >>> 17) & 0x7;
  if (swizzleBytes === 0 && baseOffset !== 0)
    rejectTensor('base offset 0 without swizzle', 'a matrix descriptor', baseOffset);
  return {
    addressBytes: (low & fieldMask) << fieldShift,
    leadingByteOffset: ((low >>> 16) & fieldMask) << fieldShift,
    strideByteOffset: (high & fieldMask) << fieldShift,
    baseOffset,
    swizzleBytes,
  };
}

// Core matrices: 8 rows of 16 bytes. 16 bytes are T elements in the manual's canonical layouts (9.7.15.5.1.2.1.3).
const coreRows = 8;
const chunkBytes = 16;
const mnElementBytes = 2;

/**
 * The shared address of byte `kByte` of row `row` of an operand: of A[row, k] or B[k, row], with kByte = k x
 * element bytes (+ the byte within the element). Rows and bytes count from the descriptor's start address.
 *
 * From the canonical layouts (9.7.15.5.1.2.1.3), with T elements in 16 bytes, span S, SBO and LBO in bytes:
 * - K-major, swizzled, ((8,m),(T,2k)):((S,SBO),(1,T)): rows lie S apart in groups of 8, groups SBO apart, K runs
 *   on within the row. LBO is not used.
 * - K-major, none, ((8,m),(T,2k)):((1T,SBO),(1,LBO)): 8 rows of 16 bytes on end; SBO to the next 8 rows, LBO to
 *   the next 16 bytes of K.
 * - MN-major, swizzled, ((T,S/16,m),(8,k)):((1,T,LBO),(S,SBO)): S bytes along MN on end, LBO to the next S bytes
 *   of MN; neighbours in K lie S apart in groups of 8, groups SBO apart.
 * - MN-major, none, ((T,1,m),(8,k)):((1,T,SBO),(1T,LBO)): 16 bytes along MN on end, SBO to the next 16 bytes of
 *   MN; neighbours in K 16 bytes apart in groups of 8, groups LBO apart. The two offsets change places.
 * The swizzle then applies to the sum, as an address.
 *
 * @throws DgValidationError for a base offset other than 0, which is not modelled
 */
export function operandOffset(
  descriptor: MatrixDescriptor,
  major: OperandMajor,
  row: number,
  kByte: number,
): number {
  if (descriptor.baseOffset !== 0)
    rejectTensor('base offset 0 (others are not modelled)', 'a matrix descriptor', descriptor.baseOffset);
  const offset = major === 'k' ? kMajorOffset(descriptor, row, kByte) : mnMajorOffset(descriptor, row, kByte);
  return swizzleOffset(descriptor.addressBytes + offset, descriptor.swizzleBytes);
}

function kMajorOffset(descriptor: MatrixDescriptor, row: number, kByte: number): number {
  const { swizzleBytes, leadingByteOffset, strideByteOffset } = descriptor;
  const rowInGroup = row % coreRows;
  const group = (row - rowInGroup) / coreRows;
  if (swizzleBytes !== 0) return group * strideByteOffset + rowInGroup * swizzleBytes + kByte;
  const byteInChunk = kByte % chunkBytes;
  const chunk = (kByte - byteInChunk) / chunkBytes;
  return group * strideByteOffset + rowInGroup * chunkBytes + chunk * leadingByteOffset + byteInChunk;
}

function mnMajorOffset(descriptor: MatrixDescriptor, row: number, kByte: number): number {
  const { swizzleBytes, leadingByteOffset, strideByteOffset } = descriptor;
  const byteInElement = kByte % mnElementBytes;
  const k = (kByte - byteInElement) / mnElementBytes;
  const spanBytes = swizzleBytes === 0 ? chunkBytes : swizzleBytes;
  const mnStride = swizzleBytes === 0 ? strideByteOffset : leadingByteOffset;
  const kStride = swizzleBytes === 0 ? leadingByteOffset : strideByteOffset;
  const mnByte = row * mnElementBytes + byteInElement;
  const mnInSpan = mnByte % spanBytes;
  const kInGroup = k % coreRows;
  return (
    ((mnByte - mnInSpan) / spanBytes) * mnStride +
    mnInSpan +
    ((k - kInGroup) / coreRows) * kStride +
    kInGroup * spanBytes
  );
}

/** Throws DgValidationError where the K bytes of a swizzled K-major operand run out of their row. */
export function checkKSpan(descriptor: MatrixDescriptor, major: OperandMajor, kBytes: number): void {
  const { swizzleBytes, addressBytes } = descriptor;
  if (major !== 'k' || swizzleBytes === 0) return;
  const startInRow = addressBytes % swizzleBytes;
  if (startInRow + kBytes > swizzleBytes)
    rejectTensor(
      `${kBytes} bytes of K inside a row of ${swizzleBytes}`,
      'a matrix descriptor',
      `a start ${startInRow} bytes into it`,
    );
}

/**
 * The shared memory that `rows` rows from `firstRow` on of `kBytes` each take, sorted and merged.
 *
 * @param rows, firstRow multiples of 8
 * @param kBytes a multiple of 16
 */
export function operandByteRanges(
  descriptor: MatrixDescriptor,
  major: OperandMajor,
  rows: number,
  kBytes: number,
  firstRow = 0,
): ByteRange[] {
  const chunks: number[] = [];
  if (major === 'k') {
    for (let row = firstRow; row < firstRow + rows; row++)
      for (let kByte = 0; kByte < kBytes; kByte += chunkBytes)
        chunks.push(operandOffset(descriptor, major, row, kByte));
  } else {
    for (let kByte = 0; kByte < kBytes; kByte += mnElementBytes)
      for (let row = firstRow; row < firstRow + rows; row += chunkBytes / mnElementBytes)
        chunks.push(operandOffset(descriptor, major, row, kByte));
  }
  return mergeChunks(chunks);
}

function mergeChunks(addresses: number[]): ByteRange[] {
  const merged: { address: number; byteLength: number }[] = [];
  for (const address of addresses.sort((a, b) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && address <= last.address + last.byteLength)
      last.byteLength = Math.max(last.byteLength, address + chunkBytes - last.address);
    else merged.push({ address, byteLength: chunkBytes });
  }
  return merged;
}

function hexadecimal(low: number, high: number): string {
  const digits = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return `0x${digits(high)}${digits(low)}`;
}
