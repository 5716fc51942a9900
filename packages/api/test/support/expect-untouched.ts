import type { HostArray } from '@dg/runtime';

/** Every row of D [G, M, N] that is not among those of its group still has all bits set, as the poison of `reset`. */
export function expectUntouched(
  d: HostArray,
  rows: readonly (readonly number[])[],
  m: number,
  n: number,
): void {
  const bytes = new Uint8Array(d.buffer, d.byteOffset, d.byteLength);
  const rowBytes = n * d.BYTES_PER_ELEMENT;
  for (const [group, written] of rows.entries()) {
    const isWritten = new Set(written);
    for (let row = 0; row < m; row++) {
      if (isWritten.has(row)) continue;
      const start = (group * m + row) * rowBytes;
      const touched = bytes.subarray(start, start + rowBytes).findIndex((byte) => byte !== 0xff);
      if (touched !== -1) {
        throw new Error(
          `expected no write to row ${row} of group ${group} but byte ${touched} of it changed`,
        );
      }
    }
  }
}
