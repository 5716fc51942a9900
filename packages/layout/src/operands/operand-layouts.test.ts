import { type Device, DgValidationError, requestDevice, Tensor } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import { repackKGroupedFp8 } from './repack-k-grouped-fp8.js';
import { transposeFp8 } from './transpose-fp8.js';

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

const fp8 = 'float8_e4m3fn';
const poison = 0x55;

function expectRejected(call: () => void, message: string): void {
  expect(call).toThrow(DgValidationError);
  expect(call).toThrow(message);
}

describe('transposeFp8 rejects', () => {
  it('what is no matrix of FP8 codes', () => {
    const good = device.empty([16, 16], fp8);
    const call = (source: unknown, destination: unknown) => () =>
      transposeFp8(source as Tensor, destination as Tensor);
    expectRejected(
      call(undefined, good),
      'transposeFp8: expected source to be a Tensor but received undefined',
    );
    expectRejected(
      call(device.empty([16, 16], 'bfloat16'), good),
      'expected source of dtype float8_e4m3fn or uint8 but received bfloat16',
    );
    expectRejected(call(device.empty([16], fp8), good), 'expected source of rank 2 or 3 but received [16]');
    expectRejected(
      call(good.transpose(), good),
      'expected source with stride 1 along its last dimension but received strides [1, 16]',
    );
    expectRejected(
      call(good, device.empty([16, 16], 'uint8')),
      'expected destination of dtype float8_e4m3fn but received uint8',
    );
    const destroyed = device.empty([16, 16], fp8);
    destroyed.destroy();
    expectRejected(call(destroyed, good), 'expected source to be a living tensor');
  });

  it('a destination that does not fit, and leaves it as it was', async () => {
    const source = device.zeros([32, 48], fp8);
    const buffer = device.createBuffer({ byteLength: 8192 });
    buffer.fill(poison);
    const view = (shape: number[], strides: number[], offset = 0) =>
      new Tensor({ buffer, dtype: fp8, shape, strides, offset });
    const wrong: readonly (readonly [Tensor, string])[] = [
      [view([32, 48], [48, 1]), 'expected destination of shape [48, 32] but received [32, 48]'],
      [
        view([48, 32], [40, 1]),
        'expected destination whose rows start at multiples of 16 bytes but received offset 0 and strides [40, 1]',
      ],
      [view([48, 32], [32, 1], 8), 'multiples of 16 bytes but received offset 8 and strides [32, 1]'],
      [view([48, 32], [16, 1]), 'expected destination whose elements do not share memory'],
      [view([48, 32], [1, 48]), 'expected destination with stride 1 along its last dimension'],
    ];
    for (const [destination, message] of wrong)
      expectRejected(() => transposeFp8(source, destination), message);
    const inside = view([32, 48], [48, 1], 64);
    expectRejected(
      () => transposeFp8(inside, view([48, 32], [32, 1])),
      'expected destination apart from source but received bytes 0 to 1536 and 64 to 1600 of one buffer',
    );
    expect(new Set(await buffer.read())).toEqual(new Set([poison]));
  });

  it('another device and wrong options', async () => {
    const other = await requestDevice('cpu');
    const source = device.empty([16, 16], fp8);
    const destination = device.empty([16, 16], fp8);
    if (other !== device) {
      const foreign = other.empty([16, 16], fp8);
      expectRejected(() => transposeFp8(source, foreign), 'expected destination on device cpu');
    }
    expectRejected(
      () => transposeFp8(source, destination, { stream: {} as never }),
      'expected stream to be a Stream',
    );
    expectRejected(
      () => transposeFp8(source, destination, null as never),
      'expected options to be an object',
    );
  });
});

describe('repackKGroupedFp8 rejects', () => {
  it('what does not fit together, and leaves the destination as it was', async () => {
    const [mn, sumK] = [3, 256];
    const source = device.zeros([mn * sumK], fp8);
    const ks = device.tensor(Int32Array.of(128, 128), [2], 'int32');
    const destination = device.tensor(new Uint8Array(mn * sumK).fill(poison), [mn, sumK], fp8);
    const wrong: readonly (readonly [unknown[], string])[] = [
      [
        [source, device.zeros([2], 'float32'), mn, sumK, destination],
        'repackKGroupedFp8: expected ks of dtype int32',
      ],
      [
        [source, device.zeros([2, 1], 'int32'), mn, sumK, destination],
        'expected ks of shape [G] with at least one group but received [2, 1]',
      ],
      [
        [source, device.zeros([0], 'int32'), mn, sumK, destination],
        'expected ks of shape [G] with at least one group but received [0]',
      ],
      [
        [source, device.empty([2], 'int32', { strides: [2] }), mn, sumK, destination],
        'expected ks with stride 1 but received strides [2]',
      ],
      [[source, ks, mn, 128, destination], 'expected destination of shape [3, 128] but received [3, 256]'],
      [[source, ks, 'three', sumK, destination], 'expected destination of shape ["three", 256]'],
      [
        [source, ks, mn, 200, device.empty([mn, 200], fp8, { strides: [208, 1] })],
        'expected a multiple of 128 for sumK but received 200',
      ],
      [
        [device.zeros([mn * sumK - 1], fp8), ks, mn, sumK, destination],
        'expected source of 768 elements (mn · sumK) but received 767',
      ],
      [
        [device.zeros([sumK, mn], fp8).transpose(), ks, mn, sumK, destination],
        'expected source without gaps but received strides [1, 3]',
      ],
      [
        [destination.reshape([mn * sumK]), ks, mn, sumK, destination],
        'expected destination apart from source',
      ],
      [
        [source, ks, mn, sumK, device.empty([mn, sumK], fp8, { strides: [264, 1] })],
        'expected destination whose rows start at multiples of 16 bytes',
      ],
    ];
    for (const [args, message] of wrong) {
      expectRejected(() => repackKGroupedFp8(...(args as Parameters<typeof repackKGroupedFp8>)), message);
    }
    expect(new Set(await destination.read())).toEqual(new Set([poison]));
  });
});
