import { describe, expect, it } from 'vitest';
import { hostKGroups } from './host-k-groups.js';

describe('hostKGroups', () => {
  it('lays groups end to end, each from a unit of its own', () => {
    expect(hostKGroups(Int32Array.of(128, 0, 640, 512), 128, 4, 10)).toEqual([
      { firstBlock: 0, blocks: 1, firstUnit: 0 },
      { firstBlock: 1, blocks: 5, firstUnit: 1 },
      { firstBlock: 6, blocks: 4, firstUnit: 3 },
    ]);
  });

  it('keeps what sizes of nonsense describe inside the whole', () => {
    for (const ks of [
      [2 ** 31 - 1, 128],
      [-128, 300, 2 ** 30],
      [128, 128, 128, 128],
    ]) {
      const groups = hostKGroups(Int32Array.from(ks), 128, 1, 3);
      for (const { firstBlock, blocks } of groups) {
        expect(blocks).toBeGreaterThan(0);
        expect(firstBlock + blocks).toBeLessThanOrEqual(3);
      }
    }
  });
});
