import { CpuDevice, type DType, Tensor } from '@dg/runtime';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { isSameView, overlaps } from './overlaps.js';

const device = new CpuDevice();
const buffer = device.createBuffer({ byteLength: 4096 });

function view(dtype: DType, shape: number[], strides: number[], offset: number): Tensor {
  return new Tensor({ buffer, dtype, shape, strides, offset });
}

function bytesOf({ shape, strides, offset, dtype }: Tensor): Set<number> {
  const size = dtype === 'float32' ? 4 : 2;
  const elements = shape.reduce<number[]>(
    (starts, length, dim) =>
      starts.flatMap((start) => Array.from({ length }, (_, index) => start + index * strides[dim]!)),
    [offset],
  );
  return new Set(
    elements.flatMap((element) => Array.from({ length: size }, (_, byte) => element * size + byte)),
  );
}

describe('overlaps', () => {
  it('agrees with the sets of bytes of two row-major or column-major matrices', () => {
    const random = seededRandom(testSeed());
    const draw = () => {
      const dtype = random.pick(['float32', 'bfloat16'] as const);
      const [rows, columns] = [random.integer(0, 5), random.integer(0, 5)];
      const pitch = Math.max(rows, columns) + random.integer(0, 12);
      const strides = random.chance(0.5) ? [pitch, 1] : [1, pitch];
      return view(dtype, [rows, columns], strides, random.integer(0, 60));
    };
    let meetings = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const x = draw();
      const y = draw();
      const bytesX = bytesOf(x);
      const meet = [...bytesOf(y)].some((byte) => bytesX.has(byte));
      const text = `${JSON.stringify([x.dtype, x.shape, x.strides, x.offset, y.dtype, y.shape, y.strides, y.offset])}`;
      expect(overlaps(x, y), text).toBe(meet);
      expect(overlaps(y, x), text).toBe(meet);
      meetings += Number(meet);
    }
    expect(meetings).toBeGreaterThan(500);
    expect(meetings).toBeLessThan(3500);
  });

  it('agrees with the sets of bytes of groups of matrices, and of vectors', () => {
    const random = seededRandom(testSeed());
    const draw = () => {
      const dtype = random.pick(['float32', 'bfloat16'] as const);
      const [groups, rows, columns] = [random.integer(0, 3), random.integer(1, 4), random.integer(1, 4)];
      if (random.chance(0.2)) return view(dtype, [columns], [1], random.integer(0, 60));
      const pitch = columns + random.pick([0, 0, 1, 7]);
      const span = (rows - 1) * pitch + columns;
      // Groups behind each other, or the rows of one between those of another.
      const groupStride = random.pick([rows * pitch, span, span + random.integer(0, 9), columns]);
      const strides = random.chance(0.5) ? [groupStride, pitch, 1] : [groupStride, 1, pitch];
      const shape = strides[2] === 1 ? [groups, rows, columns] : [groups, columns, rows];
      return view(dtype, shape, strides, random.integer(0, 60));
    };
    let meetings = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const [x, y] = [draw(), draw()];
      const bytes = bytesOf(x);
      const meet = [...bytesOf(y)].some((byte) => bytes.has(byte));
      const text = JSON.stringify([
        x.dtype,
        x.shape,
        x.strides,
        x.offset,
        y.dtype,
        y.shape,
        y.strides,
        y.offset,
      ]);
      expect(overlaps(x, y), text).toBe(meet);
      meetings += Number(meet);
    }
    expect(meetings).toBeGreaterThan(500);
    expect(meetings).toBeLessThan(3500);
  });

  it('takes a matrix without a contiguous dimension as one range', () => {
    const scattered = view('float32', [2, 2], [20, 5], 0);
    expect(overlaps(scattered, view('float32', [1, 1], [1, 1], 1))).toBe(true);
    expect(overlaps(scattered, view('float32', [1, 1], [1, 1], 26))).toBe(false);
  });

  it('takes two buffers as disjoint', () => {
    const other = device.empty([4, 4], 'float32');
    expect(overlaps(view('float32', [4, 4], [4, 1], 0), other)).toBe(false);
  });
});

describe('isSameView', () => {
  it('tells an equal view from one that differs in anything', () => {
    const x = view('float32', [4, 4], [8, 1], 2);
    expect(isSameView(x, view('float32', [4, 4], [8, 1], 2))).toBe(true);
    expect(isSameView(x, view('float32', [4, 4], [8, 1], 3))).toBe(false);
    expect(isSameView(x, view('float32', [4, 4], [9, 1], 2))).toBe(false);
    expect(isSameView(x, view('float32', [4, 4], [8, 2], 2))).toBe(false);
    expect(isSameView(x, view('int32', [4, 4], [8, 1], 2))).toBe(false);
    expect(isSameView(x, view('float32', [4, 3], [8, 1], 2))).toBe(false);
  });
});
