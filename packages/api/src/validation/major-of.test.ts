import { CpuDevice, Tensor } from '@dg/runtime';
import { expect, it } from 'vitest';
import { majorOf } from './major-of.js';

const buffer = new CpuDevice().createBuffer({ byteLength: 1 << 16 });

it.each<[name: string, shape: number[], strides: number[], major: 'k' | 'mn']>([
  ['rows one after the other', [4, 16], [16, 1], 'k'],
  ['columns one after the other', [16, 4], [1, 16], 'mn'],
  ['groups of rows', [3, 4, 16], [64, 16, 1], 'k'],
  ['groups of columns', [3, 16, 4], [64, 1, 16], 'mn'],
  ['one row', [1, 16], [16, 1], 'k'],
  ['one row of a matrix of columns', [1, 16], [1, 16], 'mn'],
  ['a K of 1 in padded rows', [5, 1], [16, 1], 'k'],
  ['a K of 1 in a padded column', [5, 1], [1, 16], 'mn'],
  ['nothing', [0, 16], [1, 5], 'k'],
])('%s', (_, shape, strides, major) => {
  expect(majorOf(new Tensor({ buffer, dtype: 'float8_e4m3fn', shape, strides }))).toBe(major);
});
