import { DgValidationError } from '@dg/jit';
import { describe, expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpu-device.js';
import { hostBytes } from '../cpu/host-bytes.js';
import type { DeviceBuffer } from '../device/device-buffer.js';
import { disposeSymbol } from '../dispose-symbol.js';
import { fakeCudaDevice } from '../testing/fake-cuda-device.js';
import { Tensor } from './tensor.js';

const device = new CpuDevice();

/** A buffer of any size that is never touched. */
function hugeBuffer(byteLength: number): DeviceBuffer {
  return {
    device,
    byteLength,
    label: undefined,
    destroyed: false,
    pointer: 2n ** 40n,
  } as unknown as DeviceBuffer;
}

function counting(shape: number[]): Tensor<'int32'> {
  const count = shape.reduce((product, length) => product * length, 1);
  return device.tensor(
    Int32Array.from({ length: count }, (_, index) => index),
    shape,
    'int32',
  );
}

describe('Tensor bounds', () => {
  const buffer = device.createBuffer({ byteLength: 64 });

  it('takes exactly what fits', () => {
    const tensor = new Tensor({ buffer, dtype: 'float32', shape: [4, 4] });
    expect(tensor.strides).toEqual([4, 1]);
    expect(tensor.elementCount).toBe(16);
    expect(
      new Tensor({ buffer, dtype: 'float32', shape: [3, 4], strides: [5, 1], offset: 2 }).byteOffset,
    ).toBe(8);
  });

  it.each([
    ['one element too many', { shape: [17] }],
    ['an offset too far', { shape: [4, 4], offset: 1 }],
    ['a stride too long', { shape: [2, 4], strides: [13, 1] }],
    ['a negative length', { shape: [-1] }],
    ['a fraction', { shape: [1.5] }],
    ['NaN', { shape: [Number.NaN] }],
    ['a negative stride', { shape: [2], strides: [-1] }],
    ['a stride too few', { shape: [2, 2], strides: [1] }],
    ['a negative offset', { shape: [1], offset: -1 }],
    ['lengths whose product is past 2^53', { shape: [2 ** 30, 2 ** 30], strides: [0, 0] }],
  ])('refuses %s', (_, layout) => {
    expect(() => new Tensor({ buffer, dtype: 'float32', ...layout })).toThrow(DgValidationError);
  });

  it('refuses an unknown dtype', () => {
    expect(() => new Tensor({ buffer, dtype: 'float16' as 'float32', shape: [1] })).toThrow(/float16/);
  });

  it('takes empty shapes anywhere, and scalars', () => {
    const empty = new Tensor({ buffer, dtype: 'float32', shape: [0, 1000], strides: [1000, 1], offset: 500 });
    expect(empty.elementCount).toBe(0);
    expect(empty.isContiguous).toBe(true);
    expect(new Tensor({ buffer, dtype: 'float32', shape: [], offset: 15 }).elementCount).toBe(1);
    expect(() => new Tensor({ buffer, dtype: 'float32', shape: [], offset: 16 })).toThrow(DgValidationError);
  });

  // Pitfall: 32-bit overflow past 2³¹ elements.
  it.each([2 ** 31, 2 ** 32, 2 ** 33 + 8])('counts past %d without wrapping', (elements) => {
    const big = hugeBuffer(elements * 2);
    const tensor = new Tensor({ buffer: big, dtype: 'bfloat16', shape: [elements / 8, 8] });
    expect(tensor.elementCount).toBe(elements);
    const last = tensor.slice(0, elements / 8 - 1, elements / 8);
    expect(last.offset).toBe(elements - 8);
    expect(last.pointer).toBe(2n ** 40n + BigInt(elements - 8) * 2n);
    expect(last.address).toBe(Number(last.pointer));
    expect(() => new Tensor({ buffer: big, dtype: 'bfloat16', shape: [elements + 1] })).toThrow(
      DgValidationError,
    );
  });
});

describe('Tensor views', () => {
  it('transposes', async () => {
    const transposed = counting([2, 3]).transpose();
    expect([transposed.shape, transposed.strides]).toEqual([
      [3, 2],
      [1, 3],
    ]);
    expect(transposed.isContiguous).toBe(false);
    expect([...(await transposed.read())]).toEqual([0, 3, 1, 4, 2, 5]);
    expect(counting([2, 3, 4]).transpose(0, 2).shape).toEqual([4, 3, 2]);
    expect(counting([2, 3, 4]).transpose().transpose(0, 1).shape).toEqual([4, 2, 3]);
    const batch = counting([2, 3, 4]);
    expect(batch.transpose(1, 2).transpose()).toBe(batch);
    expect(() => counting([3]).transpose()).toThrow(/dimension/);
    expect(() => counting([3, 3]).transpose(0, 2)).toThrow(/received 2/);
  });

  it('slices, and slices of slices', async () => {
    const rows = counting([4, 5]).slice(0, 1, 3);
    const cell = rows.slice(-1, 2, 4);
    expect([...(await cell.read())]).toEqual([7, 8, 12, 13]);
    expect([...cell.readSync()]).toEqual([7, 8, 12, 13]);
    expect(rows.slice(0, 1, 1).elementCount).toBe(0);
    const padded = device.empty([2, 3], 'int32', { strides: [8, 1] }).slice(0, 2, 2);
    expect([...(await padded.read()), ...padded.readSync()]).toEqual([]);
    expect(() => rows.slice(0, 1, 3)).toThrow(/received start 1, end 3/);
    expect(() => rows.slice(0, 2, 1)).toThrow(DgValidationError);
    expect(() => rows.slice(0, -1, 1)).toThrow(DgValidationError);
  });

  it('reshapes what is contiguous and says why not', async () => {
    const tensor = counting([2, 6]);
    expect([...(await tensor.reshape([3, 4]).slice(0, 1, 2).read())]).toEqual([4, 5, 6, 7]);
    expect(tensor.reshape([12]).buffer).toBe(tensor.buffer);
    expect(() => tensor.reshape([5])).toThrow(/expected 12 elements/);
    expect(() => tensor.transpose().reshape([12])).toThrow(/not contiguous/);
    expect(tensor.slice(0, 1, 2).reshape([6]).offset).toBe(6);
  });

  it('repeats a dimension with stride 0, to read', async () => {
    const tensor = counting([3]);
    const repeated = new Tensor({ buffer: tensor.buffer, dtype: 'int32', shape: [2, 3], strides: [0, 1] });
    expect([...(await repeated.read())]).toEqual([0, 1, 2, 0, 1, 2]);
    expect(() => repeated.write(new Int32Array(6))).toThrow(/share memory/);
  });

  it('shares destruction', () => {
    const tensor = counting([2, 2]);
    const view = tensor.transpose();
    view[disposeSymbol]();
    expect(tensor.destroyed).toBe(true);
    expect(() => tensor.write(new Int32Array(4))).toThrow(/destroyed/);
    expect(() => tensor.fillZero()).toThrow(/destroyed/);
    expect(() => tensor.readSync()).toThrow(/destroyed/);
  });
});

describe.each([
  ['cpu', () => device],
  ['cuda', () => fakeCudaDevice().device],
])('Tensor transfers on %s', (_, makeDevice) => {
  it.each([
    ['transposed', [3, 4], [1, 3]],
    ['with padded rows', [3, 4], [7, 1]],
    ['with gaps between elements', [3, 4], [9, 2]],
    ['three-dimensional, permuted', [2, 3, 4], [5, 11, 1]],
    ['three-dimensional, batch-strided', [2, 3, 4], [20, 5, 1]],
    ['with a dimension of length 1', [3, 1, 4], [8, 1000, 1]],
  ])('writes only the elements %s', async (_name, shape, strides) => {
    const target = makeDevice();
    const count = shape.reduce((product, length) => product * length, 1);
    const span = shape.reduce((last, length, dim) => last + (length - 1) * strides[dim]!, 1);
    const buffer = target.createBuffer({ byteLength: (span + 6) * 4 });
    buffer.fill(0xee);
    const tensor = new Tensor({ buffer, dtype: 'int32', shape, strides, offset: 3 });
    const data = Int32Array.from({ length: count }, (_value, index) => index + 1);
    tensor.write(data);
    expect([...(await tensor.read())]).toEqual([...data]);
    const guard = new Int32Array(new Uint8Array(4).fill(0xee).buffer)[0];
    const all = new Int32Array((await buffer.read()).buffer);
    expect(all.filter((value) => value === guard).length).toBe(all.length - count);
    tensor.fillZero();
    const cleared = new Int32Array((await buffer.read()).buffer);
    expect(cleared.filter((value) => value === 0).length).toBe(count);
    expect(cleared.filter((value) => value === guard).length).toBe(all.length - count);
  });

  it('checks the type and the length of host data', () => {
    const tensor = makeDevice().empty([4], 'bfloat16', { label: 'weights' });
    expect(() => tensor.write(new Uint16Array(3))).toThrow(
      /expected 4 elements for data of weights but received 3/,
    );
    expect(() => tensor.write(new Uint8Array(4) as unknown as Uint16Array)).toThrow(
      /Uint16Array .*received Uint8Array/,
    );
  });

  it('makes tensors', async () => {
    const target = makeDevice();
    expect([...(await target.zeros([2, 2], 'float32').read())]).toEqual([0, 0, 0, 0]);
    expect([...target.tensor(new Float32Array([1, 2]), [2], 'float32').readSync()]).toEqual([1, 2]);
    expect(target.empty([2, 3], 'float32', { strides: [4, 1] }).buffer.byteLength).toBe(28);
    expect(target.empty([0, 3], 'float32').buffer.byteLength).toBe(0);
    expect(() => target.zeros([2], 'float32', { strides: [2] })).toThrow(/only for empty/);
    expect(() => target.tensor(new Float32Array(3), [2], 'float32')).toThrow(DgValidationError);
    expect((await target.empty([0, 3], 'int32').read()).length).toBe(0);
  });

  it('zeroes a sliding window once', async () => {
    const target = makeDevice();
    const buffer = target.createBuffer({ byteLength: 8 });
    buffer.fill(7);
    new Tensor({ buffer, dtype: 'uint8', shape: [3, 3], strides: [1, 1], offset: 1 }).fillZero();
    expect([...(await buffer.read())]).toEqual([7, 0, 0, 0, 0, 0, 7, 7]);
  });
});

describe('hostBytes', () => {
  it('is the memory itself', () => {
    const tensor = counting([4]);
    new Int32Array(hostBytes(tensor.buffer).buffer)[2] = 9;
    expect([...tensor.readSync()]).toEqual([0, 1, 9, 3]);
    expect(() => hostBytes(fakeCudaDevice().device.createBuffer({ byteLength: 1 }))).toThrow(/cpu/);
  });
});
