import { describe, expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpu-device.js';
import {
  alignUp,
  ceilDiv,
  requireOnDevice,
  requireOptions,
  requireStream,
  requireTensor,
  requireTensorOf,
} from './operation-building.js';

const device = new CpuDevice();

describe('rounding', () => {
  it('goes up, unless it divides', () => {
    expect([0, 1, 128, 129].map((value) => ceilDiv(value, 128))).toEqual([0, 1, 1, 2]);
    expect([0, 1, 128, 129].map((value) => alignUp(value, 128))).toEqual([0, 128, 128, 256]);
  });
});

describe('options', () => {
  it('may be left out, but are an object', () => {
    const none = {};
    const given = { stream: undefined };
    expect(requireOptions('f', undefined, none)).toBe(none);
    expect(requireOptions('f', given, none)).toBe(given);
    for (const value of [null, 5, [1]]) {
      expect(() => requireOptions('f', value, none)).toThrow(/^f: expected options to be an object but/);
    }
  });

  it('take a live stream of the device', () => {
    const stream = device.createStream();
    expect(requireStream('f', undefined, device, 'x')).toBe(device.defaultStream);
    expect(requireStream('f', stream, device, 'x')).toBe(stream);
    stream.destroy();
    expect(() => requireStream('f', stream, device, 'x')).toThrow(
      'f: expected stream to be a living stream but received a destroyed one',
    );
    expect(() => requireStream('f', new CpuDevice().defaultStream, device, 'x')).toThrow(
      'f: expected stream of device cpu (that of x) but received a stream of cpu',
    );
    expect(() => requireStream('f', 'default', device, 'x')).toThrow('a Stream but received "default"');
  });
});

describe('tensors', () => {
  const tensor = device.zeros([2], 'int32');

  it('are live tensors of a dtype', () => {
    expect(requireTensorOf('f', 'x', tensor, ['float32', 'int32'])).toBe(tensor);
    expect(() => requireTensorOf('f', 'x', tensor, ['float32', 'bfloat16'])).toThrow(
      'f: expected x of dtype float32 or bfloat16 but received int32',
    );
    expect(() => requireTensor('f', 'x', [1])).toThrow('f: expected x to be a Tensor but received [1]');
  });

  it('are gone with their buffer or their device', () => {
    const message = 'f: expected x to be a living tensor but received a destroyed one';
    const own = device.zeros([2], 'int32');
    own.destroy();
    expect(() => requireTensor('f', 'x', own)).toThrow(message);
    const other = new CpuDevice();
    const left = other.zeros([2], 'int32');
    other.destroy();
    expect(() => requireTensor('f', 'x', left)).toThrow(message);
  });

  it('lie on the device of another argument', () => {
    requireOnDevice('f', 'x', tensor, device, 'y');
    expect(() => requireOnDevice('f', 'x', tensor, new CpuDevice(), 'y')).toThrow(
      'f: expected x on device cpu (that of y) but received a tensor on cpu',
    );
  });
});
