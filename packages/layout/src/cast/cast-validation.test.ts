import { type Device, DgValidationError, requestDevice, Tensor } from '@dg/runtime';
import { beforeAll, describe, expect, it } from 'vitest';
import type { CastOptions } from './cast-options.js';
import { perBlockCastToFp8 } from './per-block-cast-to-fp8.js';
import { perChannelCastToFp8 } from './per-channel-cast-to-fp8.js';
import { perTokenCastToFp8 } from './per-token-cast-to-fp8.js';

let device: Device;
beforeAll(async () => {
  device = await requestDevice('cpu');
});

const rows = 4;
const columns = 200;

function output(): { data: Tensor<'float8_e4m3fn'>; scales: Tensor<'float32'> } {
  return { data: device.empty([rows, columns], 'float8_e4m3fn'), scales: device.empty([rows, 2], 'float32') };
}

function expectRejected(x: unknown, options: unknown, message: string | RegExp): void {
  const call = () => perTokenCastToFp8(x as Tensor, options as CastOptions);
  expect(call).toThrow(DgValidationError);
  expect(call).toThrow(message);
}

describe('casts reject', () => {
  it.each([undefined, null, 3, 'x', {}, []])('%j for x', (x) => {
    expectRejected(x, undefined, /^perTokenCastToFp8: expected x to be a Tensor but received/);
  });

  it('a dtype, rank or stride that they do not take', () => {
    expectRejected(
      device.empty([2, 2], 'int32'),
      {},
      'expected x of dtype bfloat16 or float32 but received int32',
    );
    expectRejected(device.empty([2], 'float32'), {}, 'expected x of rank 2 or 3 but received shape [2]');
    const transposed = device.empty([2, 3], 'float32').transpose();
    expectRejected(
      transposed,
      {},
      'expected x with stride 1 along its last dimension but received strides [1, 3]',
    );
  });

  it('a destroyed tensor', () => {
    const x = device.empty([2, 2], 'float32');
    x.destroy();
    expectRejected(x, {}, 'expected x to be a living tensor but received a destroyed one');
  });

  it.each([
    [null, 'expected options to be an object but received null'],
    [5, 'expected options to be an object but received 5'],
    [{ ue8m0: 1 }, 'expected true or false for ue8m0 but received 1'],
    [{ packed: 1 }, 'expected true or false for packed but received 1'],
    [{ packed: true, ue8m0: false }, 'expected true for ue8m0 but received false'],
    [
      { packed: true, scaleLayout: 'row-major' },
      'expected "mn-major-tma-aligned" for scaleLayout but received "row-major"',
    ],
    [{ granularity: 64 }, 'expected 128 or 32 for granularity but received 64'],
    [
      { scaleLayout: 'k-major' },
      'expected "row-major" or "mn-major-tma-aligned" for scaleLayout but received "k-major"',
    ],
    [{ stream: {} }, 'expected stream to be a Stream but received an object'],
    [{ out: null }, 'expected out to be { data, scales } but received null'],
    [{ out: {} }, 'expected out.data to be a Tensor but received undefined'],
  ])('options %j', (options, message) => {
    expectRejected(device.empty([rows, columns], 'float32'), options, message);
  });

  it('a destroyed stream, and one of another device', async () => {
    const x = device.empty([rows, columns], 'float32');
    const stream = device.createStream();
    stream.destroy();
    expectRejected(x, { stream }, 'expected stream to be a living stream but received a destroyed one');
    expectRejected(
      x,
      { stream: { device: { name: 'cuda:0' }, capture() {} } },
      'but received a stream of cuda:0',
    );
  });

  it('an out that does not fit, and leave it as it was', async () => {
    const x = device.tensor(new Float32Array(rows * columns).fill(1), [rows, columns], 'float32');
    const good = output();
    good.data.write(new Uint8Array(rows * columns).fill(0x55));
    const wrong: [Partial<ReturnType<typeof output>>, string][] = [
      [
        { scales: device.empty([rows, 3], 'float32') },
        'expected out.scales of shape [4, 2] but received [4, 3]',
      ],
      [{ scales: device.empty([rows], 'float32') }, 'expected out.scales of shape [4, 2] but received [4]'],
      [
        { scales: device.empty([rows, 2], 'int32') as never },
        'expected out.scales of dtype float32 but received int32',
      ],
      [
        { data: device.empty([rows, 9], 'float8_e4m3fn') },
        'expected out.data of shape [4, 200] but received [4, 9]',
      ],
      [
        { data: device.empty([columns, rows], 'float8_e4m3fn').transpose() },
        'expected out.data with stride 1 along its last dimension',
      ],
      [
        { data: device.empty([rows, columns], 'float8_e4m3fn', { strides: [8, 1] }) },
        'expected out.data whose elements do not share memory',
      ],
      [
        { scales: device.empty([rows, 2], 'float32', { strides: [0, 1] }) },
        'expected out.scales whose elements do not share memory',
      ],
      [
        {
          data: new Tensor({ buffer: x.buffer, dtype: 'float8_e4m3fn', shape: [rows, columns], offset: 16 }),
        },
        'expected out.data apart from x but received bytes 16 to 816 and 0 to 3200 of one buffer',
      ],
    ];
    expectRejected(x, { out: good, packed: true }, 'expected out.scales of dtype int32 but received float32');
    const packedScales = device.empty([rows, 2], 'int32');
    expectRejected(
      x,
      { out: { ...good, scales: packedScales }, packed: true },
      'expected out.scales of shape [4, 1] but received [4, 2]',
    );
    for (const [change, message] of wrong) expectRejected(x, { out: { ...good, ...change } }, message);
    expectRejected(x, { out: good, scaleLayout: 'row-major' }, 'expected no scaleLayout when out is given');
    expect(await good.data.read()).toEqual(new Uint8Array(rows * columns).fill(0x55));
  });

  it('a batch that does not fit', () => {
    const x = device.empty([2, rows, columns], 'float32');
    expectRejected(x, { out: output() }, 'expected out.data of shape [2, 4, 200] but received [4, 200]');
    const data = device.empty([2, rows, columns], 'float8_e4m3fn', { strides: [8, columns, 1] });
    const scales = device.empty([2, rows, 2], 'float32');
    expectRejected(x, { out: { data, scales } }, 'expected out.data whose elements do not share memory');
    const tooDeep = device.empty([1, 2, rows, columns], 'float32');
    expectRejected(tooDeep, {}, 'expected x of rank 2 or 3 but received shape [1, 2, 4, 200]');
  });

  it('name the cast that was called', () => {
    expect(() => perChannelCastToFp8(undefined as never)).toThrow(/^perChannelCastToFp8: /);
    expect(() => perBlockCastToFp8(undefined as never)).toThrow(/^perBlockCastToFp8: /);
  });
});
