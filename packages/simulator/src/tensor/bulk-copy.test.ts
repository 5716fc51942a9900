import { describe, expect, it } from 'vitest';
import { boxBytes, boxExtentBytes, planTensorLoad, planTensorStore } from './bulk-copy.js';
import type { SimTensorMap } from './tensor-map.js';

const base = 0x1000;
const matrix: SimTensorMap = {
  address: base,
  element: 'float32',
  dims: [10, 3],
  stridesBytes: [48],
  box: [4, 2],
  swizzleBytes: 0,
};

const hole = (sharedOffset: number, byteLength: number) => ({
  globalAddress: undefined,
  sharedOffset,
  byteLength,
});

/** Every element of the box, in the order of shared memory: its address, or undefined outside the tensor. */
function elementsOfBox(map: SimTensorMap, coordinates: readonly number[]): (number | undefined)[] {
  const bytes = { uint8: 1, bfloat16: 2, float32: 4, int32: 4 }[map.element];
  let indices: number[][] = [[]];
  for (let dim = map.box.length - 1; dim >= 0; dim--) {
    indices = indices.flatMap((outer) => Array.from({ length: map.box[dim]! }, (_, i) => [i, ...outer]));
  }
  return indices.map((index) => {
    const at = index.map((i, dim) => i + coordinates[dim]!);
    if (at.some((i, dim) => i < 0 || i >= map.dims[dim]!)) return undefined;
    return at.reduce(
      (sum, i, dim) => sum + i * (dim === 0 ? bytes : map.stridesBytes[dim - 1]!),
      map.address,
    );
  });
}

/** The same from a plan; elements that no piece touches are 'untouched'. */
function elementsOfPlan(map: SimTensorMap, plan: ReturnType<typeof planTensorLoad>) {
  const bytes = { uint8: 1, bfloat16: 2, float32: 4, int32: 4 }[map.element];
  const elements: (number | undefined | 'untouched')[] = Array(boxBytes(map) / bytes).fill('untouched');
  for (const { globalAddress, sharedOffset, byteLength } of plan) {
    expect(sharedOffset % bytes).toBe(0);
    expect(byteLength % bytes).toBe(0);
    for (let byte = 0; byte < byteLength; byte += bytes) {
      const at = (sharedOffset + byte) / bytes;
      expect(elements[at]).toBe('untouched');
      elements[at] = globalAddress === undefined ? undefined : globalAddress + byte;
    }
  }
  return elements;
}

describe('planTensorLoad', () => {
  it('gives one piece a row inside the tensor', () => {
    expect(planTensorLoad(matrix, [4, 1])).toEqual([
      { globalAddress: base + 48 + 16, sharedOffset: 0, byteLength: 16 },
      { globalAddress: base + 96 + 16, sharedOffset: 16, byteLength: 16 },
    ]);
  });

  it('clips exactly at the end of a row and fills the rest with zero', () => {
    expect(planTensorLoad(matrix, [8, 2])).toEqual([
      { globalAddress: base + 96 + 32, sharedOffset: 0, byteLength: 8 },
      hole(8, 8),
      hole(16, 16),
    ]);
  });

  it('takes negative coordinates', () => {
    expect(planTensorLoad({ ...matrix, box: [8, 2] }, [-4, -1])).toEqual([
      hole(0, 32),
      hole(32, 16),
      { globalAddress: base, sharedOffset: 48, byteLength: 16 },
    ]);
  });

  it.each([[[12, 0]], [[-4, 0]], [[0, 3]], [[0, -2]], [[2 ** 31 - 4, -(2 ** 31)]]])(
    'reads nothing at %j',
    (coordinates) => {
      expect(planTensorLoad(matrix, coordinates)).toEqual([hole(0, 16), hole(16, 16)]);
    },
  );

  it.each([1, 2, 3, 4, 5])('covers the box element by element, rank %i', (rank) => {
    const map: SimTensorMap = {
      address: 0x4000,
      element: 'bfloat16',
      dims: [11, 3, 2, 4, 2].slice(0, rank),
      stridesBytes: [32, 112, 4096, 32768].slice(0, rank - 1),
      box: [8, 2, 3, 2, 2].slice(0, rank),
      swizzleBytes: 0,
    };
    for (const shift of [-9, -8, -2, -1, 0, 1, 2, 3, 5, 8, 11, 16]) {
      for (let moved = 0; moved < rank; moved++) {
        const coordinates = map.dims.map((_, dim) => (dim === moved ? shift : dim === 0 ? 0 : 1 - dim));
        if (coordinates[0]! % 8 !== 0) continue;
        expect(elementsOfPlan(map, planTensorLoad(map, coordinates))).toEqual(
          elementsOfBox(map, coordinates),
        );
      }
    }
  });

  it('keeps addresses past 2^32 exact', () => {
    const far: SimTensorMap = { ...matrix, address: 2 ** 45, dims: [10, 2 ** 31], stridesBytes: [2 ** 16] };
    expect(planTensorLoad(far, [0, 2 ** 31 - 1])[0]!.globalAddress).toBe(2 ** 45 + (2 ** 31 - 1) * 2 ** 16);
  });

  it('rejects other coordinates', () => {
    expect(() => planTensorLoad(matrix, [0])).toThrow(
      'expected 2 coordinates for a tensor copy but received 1',
    );
    expect(() => planTensorLoad(matrix, [0, 2 ** 31])).toThrow('signed 32-bit');
    expect(() => planTensorLoad(matrix, [0.5, 0])).toThrow('signed 32-bit');
  });

  it.each([1, 3, -1, 10])('rejects a start at column %i, as hardware does', (column) => {
    expect(() => planTensorLoad(matrix, [column, 0])).toThrow(
      `expected a multiple of 16 bytes for the start of a box within the rows of a tensor but received ${4 * column}`,
    );
  });

  it('lays rows that are narrower than their swizzle span a span apart', () => {
    const narrow: SimTensorMap = { ...matrix, swizzleBytes: 32 };
    expect(planTensorLoad(narrow, [4, 1]).map(({ sharedOffset }) => sharedOffset)).toEqual([0, 32]);
    expect(boxBytes(narrow)).toBe(32);
    expect(boxExtentBytes(narrow)).toBe(48);
  });
});

describe('planTensorStore', () => {
  it('drops rows outside the tensor', () => {
    expect(planTensorStore(matrix, [0, 2])).toEqual([
      { globalAddress: base + 96, sharedOffset: 0, byteLength: 16 },
    ]);
    expect(planTensorStore(matrix, [0, 3])).toEqual([]);
  });

  it('writes whole 16-byte units: a fourth column of three', () => {
    const three: SimTensorMap = { ...matrix, dims: [3, 3], stridesBytes: [16], box: [8, 2] };
    expect(planTensorStore(three, [0, 0])).toEqual([
      { globalAddress: base, sharedOffset: 0, byteLength: 16 },
      { globalAddress: base + 16, sharedOffset: 32, byteLength: 16 },
    ]);
  });

  it('ends exactly where the bound is a whole unit', () => {
    const eight: SimTensorMap = { ...matrix, dims: [8, 3], box: [16, 1] };
    expect(planTensorStore(eight, [4, 0])).toEqual([
      { globalAddress: base + 16, sharedOffset: 0, byteLength: 16 },
    ]);
  });

  it('writes nothing right of the bound, in the padding too', () => {
    expect(planTensorStore(matrix, [12, 0])).toEqual([]);
  });

  it.each([[[-4, 0]], [[0, -1]]])('rejects the negative coordinates %j, as hardware does', (coordinates) => {
    expect(() => planTensorStore(matrix, coordinates)).toThrow(
      /expected at least 0 for a coordinate of a tensor store but received -/,
    );
  });
});

it('counts the bytes of the whole box', () => {
  expect(boxBytes(matrix)).toBe(32);
  expect(boxBytes({ ...matrix, element: 'bfloat16', box: [64, 5, 3] })).toBe(64 * 5 * 3 * 2);
});
