import { describe, expect, it } from 'vitest';
import { minimalCubin } from '../testing/minimal-cubin.js';
import { cubinFault } from './cubin-fault.js';

describe('cubinFault', () => {
  const cubin = minimalCubin('k');

  it('finds nothing wrong with a whole cubin, wherever it lies in its buffer', () => {
    expect(cubinFault(cubin, 'k')).toBeUndefined();
    const shifted = Buffer.concat([Buffer.alloc(3), cubin]).subarray(3);
    expect(
      cubinFault(new Uint8Array(shifted.buffer, shifted.byteOffset, shifted.length), 'k'),
    ).toBeUndefined();
  });

  // Pitfall: an empty or truncated cubin loaded.
  it('finds every truncation', () => {
    for (let length = 0; length < cubin.length; length += 1) {
      expect(cubinFault(cubin.subarray(0, length), 'k'), `${length} bytes`).toBeDefined();
    }
  });

  it('finds a section that ends past the file, and none where it takes no room in the file', () => {
    const grown = Buffer.from(cubin);
    const lastSection = grown.length - 64;
    grown.writeBigUInt64LE(10_000n, lastSection + 32);
    expect(cubinFault(grown, 'k')).toContain('but received');
    const noBits = 8;
    grown.writeUInt32LE(noBits, lastSection + 4);
    expect(cubinFault(grown, 'k')).toBeUndefined();
  });

  it('finds what is no ELF, and a kernel of another name', () => {
    expect(cubinFault(Buffer.from('.version 9.0'), 'k')).toContain('ELF');
    expect(cubinFault(cubin, 'other')).toContain('other');
    expect(cubinFault(minimalCubin('kk'), 'k')).toContain('function k ');
  });
});
