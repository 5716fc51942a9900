import type { DeviceBuffer } from '@dg/runtime';

/** A copy in one row may not be much longer. */
const largestCopyBytes = 2 ** 29;

/**
 * Repeats the first `patternBytes` of a buffer until it is full, within the device: each copy doubles what is there. Enqueued
 * on the default stream.
 */
export function repeatPattern(buffer: DeviceBuffer, patternBytes: number): void {
  const largest = Math.floor(largestCopyBytes / patternBytes) * patternBytes;
  for (let filled = patternBytes; filled < buffer.byteLength; ) {
    const rowBytes = Math.min(filled, largest, buffer.byteLength - filled);
    buffer.copyFrom(buffer, {
      sourceByteOffset: 0,
      sourcePitchBytes: rowBytes,
      byteOffset: filled,
      pitchBytes: rowBytes,
      rowBytes,
      rows: 1,
    });
    filled += rowBytes;
  }
}
