import { bytesPerElement, type Device, type Tensor } from '@dg/runtime';
import type { Named, Spoil } from '@dg/testing';
import { alignedStrides, rowAlignmentBytes } from './aligned-strides.js';

/** Elements of K that a last block lacks: it still has its scales. */
const missingOfBlock = 56;

/** Operands that TMA cannot read: no contiguous dimension, starts, rows or groups that are not aligned. */
export function operandSpoils(device: Device, argument: string, { shape, dtype }: Tensor): Spoil<Named>[] {
  const alignment = rowAlignmentBytes / bytesPerElement(dtype);
  const strides = alignedStrides(shape, dtype);
  const last = shape.length - 1;
  const withTensor = (mistake: string, expected: string, tensor: () => Tensor): Spoil<Named> => ({
    name: `${argument} ${mistake}`,
    expected: `${argument} ${expected}`,
    spoil: () => ({ [argument]: tensor() }),
  });
  const withStrides = (mistake: string, expected: string, wrong: readonly number[]) =>
    withTensor(mistake, expected, () => device.empty(shape, dtype, { strides: wrong }));

  const spoils = [
    withStrides(
      'without a contiguous dimension',
      shape.length === 1 ? 'with stride 1' : 'with a stride of 1',
      strides.map((stride) => 2 * stride),
    ),
    withTensor('misaligned', 'to start at a multiple of 16 bytes', () => {
      const wide = shape.map((size, dim) => (dim === last ? size + alignment : size));
      const whole = device.empty(wide, dtype, { strides: alignedStrides(wide, dtype) });
      return whole.slice(last, 1, shape[last]! + 1);
    }),
  ];
  if (shape.length > 1) {
    const pitch = strides[last - 1]! + 1;
    const unaligned = [...(shape.length === 3 ? [pitch * shape[1]! * alignment] : []), pitch, 1];
    spoils.push(withStrides('with an unaligned pitch', 'with a row pitch that is a multiple', unaligned));
  }
  if (shape.length === 3) {
    for (const groupStride of [0, strides[0]! + alignment / 4]) {
      spoils.push(
        withStrides(`with a group stride of ${groupStride}`, 'with a group stride that is a multiple', [
          groupStride,
          ...strides.slice(1),
        ]),
      );
    }
  }
  return spoils;
}

/** A and B of a sum of K that is no whole number of blocks. */
export function partialBlockSpoils(
  device: Device,
  operands: readonly (readonly [argument: string, tensor: Tensor])[],
): Spoil<Named>[] {
  if (operands.some(([, { rank }]) => rank !== 2)) return [];
  const partial = ([argument, { shape, dtype }]: readonly [string, Tensor]) => {
    const short = [shape[0]! - missingOfBlock, shape[1]!];
    return [argument, device.empty(short, dtype, { strides: alignedStrides(short, dtype) })];
  };
  return [
    {
      name: 'a K of no whole blocks',
      expected: `${operands[0]![0]} with a K that is a multiple of 128`,
      spoil: () => Object.fromEntries(operands.map(partial)),
    },
  ];
}
