import { describe, expect, it } from 'vitest';
import { inputSetCount, protocolColdBytes } from './input-set-count.js';

describe('inputSetCount', () => {
  it.each([
    [400e6, 1],
    [180.1e6, 1],
    [180e6, 4],
    [50e6, 4],
    [40e6, 5],
    [20e6, 10],
    [1e6, 64],
  ])('%d bytes: %i sets', (bytes, sets) => {
    expect(inputSetCount(bytes, protocolColdBytes)).toBe(sets);
  });

  it.each([1e7, 3.3e7, 179e6])('sets of %d bytes exceed 180 MB', (bytes) => {
    expect(inputSetCount(bytes, protocolColdBytes) * bytes).toBeGreaterThan(180e6);
  });
});
