import { DgValidationError, requestDevice, type Tensor } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { checkPowersOfTwo } from './check-powers-of-two.js';
import { getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor } from './get-k-grouped-mn-major-tma-aligned-packed-ue8m0-tensor.js';
import { getMnMajorTmaAlignedPackedUe8m0Tensor } from './get-mn-major-tma-aligned-packed-ue8m0-tensor.js';
import { getMnMajorTmaAlignedTensor } from './get-mn-major-tma-aligned-tensor.js';
import { getTmaAlignedSize } from './tma-alignment.js';
import {
  type TransformSfOptions,
  transformSfIntoRequiredLayout,
} from './transform-sf-into-required-layout.js';

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

describe('getMnMajorTmaAlignedPackedUe8m0Tensor', () => {
  it('rejects what is no scale tensor, and wrong options', async () => {
    const device = await requestDevice('cpu');
    const pack = (sf: unknown, options?: unknown) => () =>
      getMnMajorTmaAlignedPackedUe8m0Tensor(sf as Tensor, options as never);
    expect(pack(null)).toThrow(
      'getMnMajorTmaAlignedPackedUe8m0Tensor: expected sf to be a Tensor but received null',
    );
    expect(pack(device.empty([2, 2], 'int32'))).toThrow('expected sf of dtype float32 but received int32');
    const sf = device.empty([2, 2], 'float32');
    expect(pack(sf, { round: 'up' })).toThrow('expected true or false for round but received "up"');
    expect(pack(sf, { stream: 3 })).toThrow('expected stream to be a Stream but received 3');
    expect(pack(sf, [])).toThrow('expected options to be an object');
  });
});

describe('getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor', () => {
  it('rejects what is no K-grouped scale tensor, and wrong options', async () => {
    const device = await requestDevice('cpu');
    const sf = device.zeros([4, 2], 'float32');
    const ks = device.zeros([2], 'int32');
    const pack =
      (scales: unknown, sizes: unknown, options: unknown = {}) =>
      () =>
        getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor(scales as Tensor, sizes as Tensor, options as never);
    expect(pack(device.zeros([1, 4, 2], 'float32'), ks)).toThrow(
      'expected sf of rank 2 but received [1, 4, 2]',
    );
    expect(pack(sf, [128])).toThrow('expected ks to be a Tensor but received [128]');
    expect(pack(sf, device.zeros([2, 2], 'int32'))).toThrow(
      'expected ks of shape [G] with at least one group',
    );
    expect(pack(sf, ks, { granularity: 64 })).toThrow('expected 128 or 32 for granularity but received 64');
    expect(pack(sf, ks, { packedRows: -1 })).toThrow('expected an integer of at least 0 for packedRows');
    expect(pack(sf, ks, { packedRows: 1.5 })).toThrow('for packedRows but received 1.5');
  });
});

describe('transformSfIntoRequiredLayout', () => {
  const options: TransformSfOptions = { mn: 130, k: 300, isSfa: true };

  it.each<[Partial<Record<keyof TransformSfOptions, unknown>>, string]>([
    [{ mn: -1 }, 'expected an integer of at least 0 for mn but received -1'],
    [{ mn: undefined }, 'expected an integer of at least 0 for mn but received undefined'],
    [{ k: 1.5 }, 'expected an integer of at least 0 for k but received 1.5'],
    [{ groups: '2' }, 'expected an integer of at least 0 for groups but received "2"'],
    [{ isSfa: 1 }, 'expected true or false for isSfa but received 1'],
    [{ recipe: [1, 64, 128] }, 'expected [1, 128, 128] or [1, 1, 128] for recipe but received [1, 64, 128]'],
    [{ recipe: [1, 128] }, 'for recipe but received [1, 128]'],
    [{ architecture: 'sm_80' }, 'expected "sm_90a" or "sm_100a" for architecture but received "sm_80"'],
    [{ architecture: 90 }, 'for architecture but received 90'],
    [{ round: 0 }, 'expected true or false for round but received 0'],
    [{ mn: 128 }, 'expected sf of shape [128, 3] but received [130, 3]'],
    [{ k: 512 }, 'expected sf of shape [130, 4] but received [130, 3]'],
    [{ groups: 1 }, 'expected sf of shape [1, 130, 3] but received [130, 3]'],
    [{ isSfa: false, mn: 260 }, 'expected sf of shape [3, 3] but received [130, 3]'],
    [{ isSfa: false, recipe: [1, 128, 128] }, 'expected sf of shape [2, 3] but received [130, 3]'],
  ])('rejects %j', async (change, message) => {
    const device = await requestDevice('cpu');
    const sf = device.zeros([130, 3], 'float32');
    const call = () => transformSfIntoRequiredLayout(sf, { ...options, ...change } as TransformSfOptions);
    expect(call).toThrow(DgValidationError);
    expect(call).toThrow(`transformSfIntoRequiredLayout: expected`);
    expect(call).toThrow(message);
  });

  it('rejects packed scales of other shapes, and where SM90 takes one scale per 128 rows', async () => {
    const device = await requestDevice('cpu');
    const packed = device.zeros([130, 1], 'int32');
    expect(() => transformSfIntoRequiredLayout(packed, { ...options, k: 700 })).toThrow(
      'expected sf of shape [130, 2] but received [130, 1]',
    );
    const perBlock = { ...options, isSfa: false, recipe: [1, 128, 128] } as const;
    expect(() => transformSfIntoRequiredLayout(packed, perBlock)).toThrow(
      'expected sf of dtype float32 for one scale per 128 rows on SM90 but received int32',
    );
    expect(() => transformSfIntoRequiredLayout(device.zeros([130, 3], 'bfloat16'), options)).toThrow(
      'expected sf of dtype float32 or int32 but received bfloat16',
    );
  });
});

describe('checkPowersOfTwo', () => {
  it('rejects what is no scale tensor, and a stream that is capturing', async () => {
    const device = await requestDevice('cpu');
    await expect(checkPowersOfTwo(undefined as never)).rejects.toThrow(
      'checkPowersOfTwo: expected sf to be a Tensor but received undefined',
    );
    const sf = device.zeros([1, 1], 'float32');
    const stream = device.createStream();
    let check!: Promise<void>;
    stream.capture(() => {
      check = checkPowersOfTwo(sf, { stream });
    });
    await expect(check).rejects.toThrow('expected a stream that is not capturing but received one that is');
  });
});
