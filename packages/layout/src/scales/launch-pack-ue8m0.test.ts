import { type Device, requestDevice, Tensor } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { packUe8m0Config } from './launch-pack-ue8m0.js';
import type { PackProblem } from './pack-problem.js';

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

interface Change {
  readonly shape?: readonly number[];
  readonly strides?: readonly number[];
  readonly offset?: number;
  readonly destinationOffset?: number;
  readonly rowsPerScale?: number;
}

function problemOf(change: Change): PackProblem {
  const {
    shape = [2, 7, 5],
    strides = [40, 1, 8],
    offset = 0,
    destinationOffset = 0,
    rowsPerScale = 1,
  } = change;
  return {
    source: new Tensor({
      buffer: device.createBuffer({ byteLength: 1024 }),
      dtype: 'float32',
      shape,
      strides,
      offset,
    }),
    rowsPerScale,
    destination: new Tensor({
      buffer: device.createBuffer({ byteLength: 1024 }),
      dtype: 'int32',
      shape: [2, 7, 2],
      strides: [16, 1, 8],
      offset: destinationOffset,
    }),
    round: false,
    stream: device.defaultStream,
  };
}

describe('packUe8m0Config', () => {
  it.each<[string, Change]>([
    ['aligned columns', {}],
    ['an offset of 16 bytes', { offset: 4, destinationOffset: 8 }],
    ['a matrix', { shape: [7, 5], strides: [1, 8] }],
    ['one column for all', { strides: [4, 1, 0] }],
    ['fewer rows than a vector has', { shape: [2, 3, 5], strides: [20, 1, 4] }],
  ])('takes vectors of %s', (_, change) => {
    expect(packUe8m0Config(problemOf(change)).vectors).toBe(true);
  });

  it.each<[string, Change]>([
    ['columns that start anywhere', { strides: [40, 1, 7] }],
    ['batches that start anywhere', { strides: [42, 1, 8] }],
    ['a first scale that lies anywhere', { offset: 1 }],
    ['a result that starts anywhere', { destinationOffset: 2 }],
    ['K-major scales', { strides: [56, 8, 1] }],
    ['rows that are apart', { strides: [80, 2, 16] }],
    ['one row for all', { strides: [40, 0, 8] }],
    ['scales of several rows', { rowsPerScale: 128 }],
  ])('takes single scales of %s', (_, change) => {
    expect(packUe8m0Config(problemOf(change)).vectors).toBe(false);
  });

  it('tells groups and rounding', () => {
    const problem = problemOf({ shape: [7, 5], strides: [1, 8] });
    const groups = { ks: device.zeros([2], 'int32'), kPerScale: 128 };
    expect(packUe8m0Config(problem)).toEqual({ round: false, kGrouped: false, vectors: true });
    expect(packUe8m0Config({ ...problem, groups, round: true })).toEqual({
      round: true,
      kGrouped: true,
      vectors: true,
    });
  });
});
