import { bytesPerElement, type Device, type DType, Tensor } from '@dg/runtime';
import type { Named, Spoil } from '@dg/testing';
import { alignedStrides } from './aligned-strides.js';

/** A D whose elements share memory with an input or with each other. */
export function outputSpoils(
  device: Device,
  tensors: readonly (readonly [argument: string, tensor: Tensor])[],
): Spoil<Named>[] {
  const [, d] = tensors.find(([argument]) => argument === 'd')!;
  const [rows, columns] = d.shape.slice(-2) as [number, number];
  const groups = d.rank === 3 ? [rows * columns] : [];
  const withStrides = (mistake: string, expected: string, strides: readonly number[]): Spoil<Named> => ({
    name: `d ${mistake}`,
    expected,
    spoil: () => ({ d: device.empty(d.shape, d.dtype, { strides }) }),
  });
  const over = tensors
    .filter(([argument]) => argument !== 'd')
    .map(([argument, input]) => ({
      name: `d over ${argument}`,
      expected: 'and d that do not overlap',
      spoil: () => {
        const [inputStrides, strides] = [input, d].map(({ shape, dtype }) => alignedStrides(shape, dtype));
        const bytes = [
          spanBytes(input.shape, inputStrides!, input.dtype),
          spanBytes(d.shape, strides!, d.dtype),
        ];
        const buffer = device.createBuffer({ byteLength: Math.max(...bytes) });
        return {
          [argument]: new Tensor({ buffer, dtype: input.dtype, shape: input.shape, strides: inputStrides! }),
          d: new Tensor({ buffer, dtype: d.dtype, shape: d.shape, strides: strides! }),
        };
      },
    }));
  const partly: Spoil<Named> = {
    name: 'c partly over d',
    expected: /\bc\b/,
    spoil: () => {
      const both = device.zeros([...d.shape.slice(0, -2), rows + 1, columns], d.dtype);
      return { d: both.slice(-2, 0, rows), options: { c: both.slice(-2, 1, rows + 1) } };
    },
  };
  const shared = [
    withStrides('whose rows overlap', `d with a row pitch of at least ${columns} elements (N)`, [
      ...groups,
      columns - 1,
      1,
    ]),
    withStrides('whose columns are contiguous', 'd with inner stride 1', [...groups, 1, rows]),
  ];
  if (d.rank === 3) {
    shared.push(
      withStrides('whose groups overlap', `d with a group stride of at least ${rows * columns} elements`, [
        rows * columns - 1,
        columns,
        1,
      ]),
    );
  }
  return [...over, partly, ...shared];
}

function spanBytes(shape: readonly number[], strides: readonly number[], dtype: DType): number {
  return shape.reduce((span, size, dim) => span + (size - 1) * strides[dim]!, 1) * bytesPerElement(dtype);
}
