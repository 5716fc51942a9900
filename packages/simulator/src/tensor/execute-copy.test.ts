import { describe, expect, it } from 'vitest';
import { planTensorLoad, planTensorStore } from './bulk-copy.js';
import { executeLoad, executeStore } from './execute-copy.js';
import type { SimTensorMap } from './tensor-map.js';

const rowBytes = 160;
const columns = 150;
const rows = 20;

/** Global memory in which a byte's value names its place; 0 does not occur. */
const globalMemory = Uint8Array.from({ length: rowBytes * rows }, (_, i) => 1 + ((i * 7 + (i >> 8)) % 255));
const readGlobal = (address: number, byteLength: number) =>
  globalMemory.subarray(address, address + byteLength);

const mapWith = (swizzleBytes: 0 | 32 | 64 | 128): SimTensorMap => ({
  address: 0,
  element: 'uint8',
  dims: [columns, rows],
  stridesBytes: [rowBytes],
  box: [swizzleBytes === 0 ? 48 : swizzleBytes, 16],
  swizzleBytes,
});

const poison = 0xee;
const sharedBase = 2048;

describe.each([0, 32, 64, 128] as const)('swizzle span %i', (span) => {
  const map = mapWith(span);
  const width = map.box[0]!;
  const boxRows = map.box[1]!;

  /** The rule of the kernels (16-byte chunk ^ row of the pattern), written apart from swizzleOffset. */
  const placeOf = (row: number, column: number) => {
    if (span === 0) return sharedBase + row * width + column;
    const pattern = Math.floor(row / (128 / span)) % (span / 16);
    return sharedBase + row * span + (((column >> 4) ^ pattern) << 4) + (column & 15);
  };

  it.each([[[0, 0]], [[16, 3]], [[columns - 6, 7]], [[-16, -2]], [[32, rows - 3]]])(
    'loads at %j',
    (coordinates) => {
      const shared = new Uint8Array(8192).fill(poison);
      executeLoad(planTensorLoad(map, coordinates), readGlobal, shared, sharedBase, span);
      const [x, y] = coordinates as [number, number];
      for (let row = 0; row < boxRows; row++) {
        for (let column = 0; column < width; column++) {
          const inside = x + column >= 0 && x + column < columns && y + row >= 0 && y + row < rows;
          const expected = inside ? globalMemory[(y + row) * rowBytes + x + column] : 0;
          expect(shared[placeOf(row, column)]).toBe(expected);
        }
      }
      expect(shared.subarray(0, sharedBase).every((byte) => byte === poison)).toBe(true);
      expect(shared.subarray(sharedBase + width * boxRows).every((byte) => byte === poison)).toBe(true);
    },
  );

  it.each([[[0, 0]], [[16, 3]], [[columns - 6, 7]], [[32, rows - 3]]])('stores at %j', (coordinates) => {
    const shared = new Uint8Array(8192);
    for (let row = 0; row < boxRows; row++)
      for (let column = 0; column < width; column++)
        shared[placeOf(row, column)] = 1 + ((row * 31 + column) % 254);
    const target = new Uint8Array(globalMemory.length).fill(poison);
    const written: number[] = [];
    executeStore(
      planTensorStore(map, coordinates),
      (address, bytes) => {
        written.push(bytes.length);
        target.set(bytes, address);
      },
      shared,
      sharedBase,
      span,
    );
    expect(written.length).toBeGreaterThan(0);
    const [x, y] = coordinates as [number, number];
    const writtenColumns = Math.ceil(columns / 16) * 16;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < rowBytes; column++) {
        const inBox = row >= y && row < y + boxRows && column >= x && column < x + width;
        const expected =
          inBox && column < writtenColumns ? 1 + (((row - y) * 31 + column - x) % 254) : poison;
        expect(target[row * rowBytes + column]).toBe(expected);
      }
    }
  });
});

describe('shared addresses', () => {
  it.each([
    [0, 64, 128],
    [32, 128, 256],
    [64, 256, 512],
    [128, 512, 1024],
  ] as const)('span %i: rejects %i, wants a multiple of %i', (span, wrong, alignment) => {
    const shared = new Uint8Array(8192);
    const plan = planTensorLoad(mapWith(span), [0, 0]);
    expect(() => executeLoad(plan, readGlobal, shared, wrong, span)).toThrow(
      `expected a multiple of ${alignment}`,
    );
    expect(() => executeStore([], () => {}, shared, wrong, span)).toThrow(
      `expected a multiple of ${alignment}`,
    );
    expect(() => executeLoad(plan, readGlobal, shared, alignment, span)).not.toThrow();
  });

  it('rejects a box that ends beyond shared memory', () => {
    const plan = planTensorLoad(mapWith(128), [0, 0]);
    expect(() => executeLoad(plan, readGlobal, new Uint8Array(2047), 0, 128)).toThrow(
      'expected at most 2047 for the end of a tensor copy in shared memory but received 2048',
    );
    expect(() => executeLoad(plan, readGlobal, new Uint8Array(2048), 0, 128)).not.toThrow();
  });
});
