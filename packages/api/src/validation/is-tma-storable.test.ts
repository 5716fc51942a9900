import { CpuDevice, type DType, Tensor } from '@dg/runtime';
import { expect, it } from 'vitest';
import { isTmaStorable } from './is-tma-storable.js';

const buffer = new CpuDevice().createBuffer({ byteLength: 1 << 16 });

it.each<[name: string, dtype: DType, shape: number[], strides: number[], offset: number, storable: boolean]>([
  ['rows of whole 16 bytes', 'float32', [5, 8], [8, 1], 0, true],
  ['a pitch of whole 16 bytes', 'bfloat16', [5, 8], [24, 1], 8, true],
  ['rows that end inside 16 bytes', 'float32', [5, 3], [8, 1], 0, false],
  ['a pitch that ends inside 16 bytes', 'float32', [5, 4], [6, 1], 0, false],
  ['a start inside 16 bytes', 'bfloat16', [5, 8], [8, 1], 4, false],
  ['groups of whole 16 bytes', 'float32', [2, 5, 8], [48, 8, 1], 0, true],
  ['groups that start inside 16 bytes', 'float32', [2, 5, 8], [42, 8, 1], 0, false],
  ['one group, whatever its stride', 'float32', [1, 5, 8], [42, 8, 1], 0, true],
])('%s', (_, dtype, shape, strides, offset, storable) => {
  expect(isTmaStorable(new Tensor({ buffer, dtype, shape, strides, offset }))).toBe(storable);
});
