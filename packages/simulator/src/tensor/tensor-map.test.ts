import { DgValidationError } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { type SimTensorMap, validateTensorMap } from './tensor-map.js';
import { decodeSimTensorMap, encodeSimTensorMap } from './tensor-map-bytes.js';

const valid: SimTensorMap = {
  address: 0x7f00_0000_0010,
  element: 'bfloat16',
  dims: [100, 7, 3],
  stridesBytes: [208, 2 ** 40 - 16],
  box: [64, 8, 2],
  swizzleBytes: 128,
};

const widest: SimTensorMap = {
  address: 0,
  element: 'uint8',
  dims: [2 ** 32, 1, 2, 3, 4],
  stridesBytes: [0, 16, 32, 48],
  box: [256, 256, 1, 2, 3],
  swizzleBytes: 0,
};

const messageOf = (action: () => unknown) => {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(DgValidationError);
    return (error as Error).message;
  }
  throw new Error('expected an error but nothing was thrown');
};

describe('validateTensorMap', () => {
  it('takes maps at the limits', () => {
    expect(() => validateTensorMap(valid)).not.toThrow();
    expect(() => validateTensorMap(widest)).not.toThrow();
  });

  it.each<[Partial<SimTensorMap>, string]>([
    [{ address: 8 }, 'expected a multiple of 16 for address of a tensor map but received 8'],
    [{ address: -16 }, 'expected a multiple of 16 for address of a tensor map but received -16'],
    [{ element: 'float64' as never }, 'expected uint8, bfloat16, float32 or int32 for element'],
    [{ dims: [] }, 'expected rank 1 to 5 for dims of a tensor map but received rank 0'],
    [{ dims: [1, 1, 1, 1, 1, 1] }, 'but received rank 6'],
    [{ dims: [100, 0, 3] }, 'expected 1 to 2^32 for dims[1] of a tensor map but received 0'],
    [{ dims: [2 ** 32 + 1, 7, 3] }, 'expected 1 to 2^32 for dims[0]'],
    [{ stridesBytes: [208] }, 'expected 2 entries for stridesBytes of a tensor map but received 1'],
    [{ stridesBytes: [208, 200] }, 'expected a multiple of 16 below 2^40 for stridesBytes[1]'],
    [{ stridesBytes: [2 ** 40, 208] }, 'expected a multiple of 16 below 2^40 for stridesBytes[0]'],
    [{ box: [64, 8] }, 'expected 3 entries for box of a tensor map but received 2'],
    [{ box: [64, 257, 2] }, 'expected 1 to 256 for box[1] of a tensor map but received 257'],
    [{ box: [64, 8, 0] }, 'expected 1 to 256 for box[2]'],
    [
      { box: [12, 8, 2] },
      'expected a multiple of 16 bytes for the inner box of a tensor map but received 24',
    ],
    [{ box: [72, 8, 2] }, 'expected at most the swizzle span of 128 bytes for the inner box'],
    [{ swizzleBytes: 16 as never }, 'expected 0, 32, 64 or 128 bytes for the swizzle span but received 16'],
  ])('rejects %j', (change, message) => {
    expect(messageOf(() => validateTensorMap({ ...valid, ...change }))).toContain(message);
  });
});

describe('encoded maps', () => {
  it.each([
    valid,
    widest,
    {
      ...valid,
      dims: [5],
      stridesBytes: [],
      box: [16],
      element: 'int32' as const,
      swizzleBytes: 64 as const,
    },
  ])('come back as they were', (map) => {
    const storage = new Uint8Array(200).fill(0xaa);
    encodeSimTensorMap(map, storage.subarray(40, 168));
    expect(decodeSimTensorMap(storage.subarray(40, 168))).toEqual(map);
    expect(storage.subarray(0, 40).every((byte) => byte === 0xaa)).toBe(true);
    expect(storage.subarray(168).every((byte) => byte === 0xaa)).toBe(true);
  });

  it('are found to be garbage', () => {
    expect(messageOf(() => decodeSimTensorMap(new Uint8Array(128)))).toBe(
      'expected an encoded tensor map for the 128 bytes of a tensor map but received magic 0x0',
    );
  });

  it('are found to be changed, whatever the byte', () => {
    const bytes = new Uint8Array(128);
    encodeSimTensorMap(valid, bytes);
    for (let i = 0; i < 128; i++) {
      const changed = bytes.slice();
      changed[i]! ^= 1;
      expect(() => decodeSimTensorMap(changed)).toThrow(DgValidationError);
    }
  });

  it('want 128 bytes and a valid map', () => {
    expect(() => encodeSimTensorMap(valid, new Uint8Array(64))).toThrow('expected 128 bytes');
    expect(() => encodeSimTensorMap({ ...valid, address: 1 }, new Uint8Array(128))).toThrow(
      'a multiple of 16',
    );
  });
});
