import { describe, expect, it } from 'vitest';
import { expectSameBits } from './expect-same-bits.js';

describe('expectSameBits', () => {
  it('accepts equal bits, NaN among them', () => {
    expectSameBits(Float32Array.of(1, Number.NaN), Float32Array.of(1, Number.NaN), { name: 'x' });
  });

  it('tells -0 from 0 and names the place', () => {
    const compare = () =>
      expectSameBits(Float32Array.of(1, 2, 3, -0), Float32Array.of(1, 2, 3, 0), { name: 'x', shape: [2, 2] });
    expect(compare).toThrow(
      'x: 1 of 4 elements have other bits\n  at [1, 1]: expected 0x00000000 (0) but received 0x80000000 (0)',
    );
  });

  it('rejects another length or type', () => {
    expect(() => expectSameBits(Uint8Array.of(1), Uint8Array.of(1, 2), { name: 'x' })).toThrow(
      'Uint8Array of 2',
    );
    expect(() => expectSameBits(Uint8Array.of(1), Uint16Array.of(1), { name: 'x' })).toThrow(
      'Uint16Array of 1',
    );
  });
});
