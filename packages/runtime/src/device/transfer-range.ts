import { DgValidationError } from '@dg/jit';
import type { DeviceBuffer, StridedCopy, StridedRange } from './device-buffer.js';

const largestByteValue = 255;

/** Throws DgValidationError unless `byteOffset` to `byteOffset + byteLength` lies within the buffer. */
export function checkByteRange(
  buffer: DeviceBuffer,
  byteOffset: number,
  byteLength: number,
  operation: string,
): void {
  if (
    !isByteCount(byteOffset) ||
    !isByteCount(byteLength) ||
    !Number.isSafeInteger(byteOffset + byteLength) ||
    byteOffset + byteLength > buffer.byteLength
  ) {
    throw new DgValidationError(
      `expected a range within ${buffer.byteLength} bytes for ${operation} of ${bufferName(buffer)} ` +
        `but received byte offset ${byteOffset}, byte length ${byteLength}`,
    );
  }
}

/** Throws DgValidationError unless every run lies within the buffer and no two runs overlap. */
export function checkStridedRange(buffer: DeviceBuffer, range: StridedRange, operation: string): void {
  const { byteOffset, rowBytes, rows, pitchBytes } = range;
  if (
    !isByteCount(rowBytes) ||
    !isByteCount(rows) ||
    !isByteCount(pitchBytes) ||
    (rows > 1 && pitchBytes < rowBytes)
  ) {
    throw new DgValidationError(
      `expected non-negative integers with a pitch of at least one row for ${operation} of ${bufferName(buffer)} ` +
        `but received ${rows} rows of ${rowBytes} bytes with a pitch of ${pitchBytes}`,
    );
  }
  checkByteRange(buffer, byteOffset, stridedSpanBytes(rows, rowBytes, pitchBytes), operation);
}

export function checkFillValue(value: number, buffer: DeviceBuffer): void {
  if (!Number.isInteger(value) || value < 0 || value > largestByteValue) {
    throw new DgValidationError(
      `expected a byte from 0 to ${largestByteValue} for fill of ${bufferName(buffer)} but received ${value}`,
    );
  }
}

/** Throws DgValidationError unless both sides lie within their buffers and do not overlap each other. */
export function checkStridedCopy(destination: DeviceBuffer, source: DeviceBuffer, copy: StridedCopy): void {
  const { rowBytes, rows } = copy;
  checkStridedRange(
    source,
    { byteOffset: copy.sourceByteOffset, rowBytes, rows, pitchBytes: copy.sourcePitchBytes },
    'copy from',
  );
  checkStridedRange(
    destination,
    { byteOffset: copy.byteOffset, rowBytes, rows, pitchBytes: copy.pitchBytes },
    'copy into',
  );
  if (source === destination && copyOverlaps(copy)) {
    throw new DgValidationError(
      `expected ranges that do not overlap for a copy within ${bufferName(destination)} but received ` +
        `${rows} rows of ${rowBytes} bytes from ${copy.sourceByteOffset} to ${copy.byteOffset}`,
    );
  }
}

export function wholeBuffer(buffer: DeviceBuffer): StridedRange {
  return { byteOffset: 0, rowBytes: buffer.byteLength, rows: 1, pitchBytes: buffer.byteLength };
}

export function bufferName(buffer: { readonly label?: string | undefined }): string {
  return buffer.label === undefined ? 'buffer' : `buffer '${buffer.label}'`;
}

function stridedSpanBytes(rows: number, rowBytes: number, pitchBytes: number): number {
  return rows === 0 || rowBytes === 0 ? 0 : (rows - 1) * pitchBytes + rowBytes;
}

function copyOverlaps(copy: StridedCopy): boolean {
  const { rowBytes, rows } = copy;
  if (rows === 0 || rowBytes === 0) return false;
  const sourceEnd = copy.sourceByteOffset + stridedSpanBytes(rows, rowBytes, copy.sourcePitchBytes);
  const end = copy.byteOffset + stridedSpanBytes(rows, rowBytes, copy.pitchBytes);
  if (sourceEnd <= copy.byteOffset || end <= copy.sourceByteOffset) return false;
  if (rows === 1 || copy.pitchBytes !== copy.sourcePitchBytes) return true;
  // Columns of one matrix: disjoint when their places within a row are.
  const pitch = copy.pitchBytes;
  const distance = (((copy.byteOffset - copy.sourceByteOffset) % pitch) + pitch) % pitch;
  return distance < rowBytes || distance > pitch - rowBytes;
}

function isByteCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}
