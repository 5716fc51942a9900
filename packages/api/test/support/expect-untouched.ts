import type { HostArray } from '@dg/runtime';
import { expect } from 'vitest';

/** Every row of D [G, M, N] that is not among those of its group still has all bits set, as the poison of `reset`. */
export function expectUntouched(
  d: HostArray,
  rows: readonly (readonly number[])[],
  m: number,
  n: number,
): void {
  for (const [group, written] of rows.entries()) {
    for (let row = 0; row < m; row++) {
      if (written.includes(row)) continue;
      const start = (group * m + row) * n;
      const bytes = new Uint8Array(
        d.buffer,
        d.byteOffset + start * d.BYTES_PER_ELEMENT,
        n * d.BYTES_PER_ELEMENT,
      );
      const touched = bytes.findIndex((byte) => byte !== 0xff);
      expect(touched, `first byte changed in row ${row} of group ${group}`).toBe(-1);
    }
  }
}
