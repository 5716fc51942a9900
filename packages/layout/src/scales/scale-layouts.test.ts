import { DgValidationError, requestDevice, type Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { getMnMajorTmaAlignedTensor } from './get-mn-major-tma-aligned-tensor.js';
import { getTmaAlignedSize } from './tma-alignment.js';

describe('getTmaAlignedSize', () => {
  it.each([
    [0, 4, 0],
    [1, 4, 4],
    [4, 4, 4],
    [5, 4, 8],
    [1, 1, 16],
    [17, 1, 32],
    [9, 2, 16],
    [3, 8, 4],
    [3, 16, 3],
    [2 ** 33 + 1, 4, 2 ** 33 + 4],
  ])('%i elements of %i bytes take %i', (mn, elementBytes, aligned) => {
    expect(getTmaAlignedSize(mn, elementBytes)).toBe(aligned);
  });

  it.each([
    [-1, 4],
    [1.5, 4],
    [Number.NaN, 4],
    [1, 0],
    [1, 3],
    [1, 32],
    [1, -4],
    [1, 0.5],
  ])('rejects %d elements of %d bytes', (mn, elementBytes) => {
    expect(() => getTmaAlignedSize(mn, elementBytes)).toThrow(DgValidationError);
  });

  it.each([undefined, null, '4', 4n, Symbol('4'), [4], {}, Object.create(null)])(
    'rejects what is no number (case %#)',
    (value) => {
      expect(() => getTmaAlignedSize(value as number, 4)).toThrow(DgValidationError);
      expect(() => getTmaAlignedSize(4, value as number)).toThrow(DgValidationError);
    },
  );
});

describe('getMnMajorTmaAlignedTensor', () => {
  it('rejects what is no scale tensor', async () => {
    const device = await requestDevice('cpu');
    const convert = (sf: unknown) => () => getMnMajorTmaAlignedTensor(sf as Tensor);
    expect(convert(undefined)).toThrow(
      'getMnMajorTmaAlignedTensor: expected sf to be a Tensor but received undefined',
    );
    expect(convert(device.empty([2, 2], 'int32'))).toThrow('expected sf of dtype float32 but received int32');
    expect(convert(device.empty([2], 'float32'))).toThrow('expected sf of rank 2 or 3 but received [2]');
    const destroyed = device.empty([2, 2], 'float32');
    destroyed.destroy();
    expect(convert(destroyed)).toThrow('expected sf to be a living tensor but received a destroyed one');
  });
});
