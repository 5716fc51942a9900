import { DgValidationError } from '@dg/jit';
import { describe, expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpu-device.js';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { KernelArgument, Launch } from '../device/kernel.js';
import type { TensorMap } from '../device/tensor-map.js';
import { launchHeaderBytes, scalarArgumentBytes, tensorMapArgumentBytes } from '../native/launch-command.js';
import { anyKernel, fakeCudaDevice } from '../testing/fake-cuda-device.js';

function setUp() {
  const fake = fakeCudaDevice();
  const kernel = fake.device.kernel(anyKernel);
  const buffer = fake.device.createBuffer({ byteLength: 2 ** 16 });
  const launch = (change: Partial<Launch>) => {
    kernel.launch({ grid: [1, 1, 1], block: [32, 1, 1], arguments: [], ...change });
    const { command } = fake.binding.launches.at(-1)!;
    return new DataView(command.buffer, command.byteOffset, command.byteLength);
  };
  return { ...fake, kernel, buffer, launch };
}

function mapOf(buffer: DeviceBuffer, change: Partial<TensorMap> = {}): TensorMap {
  return {
    buffer,
    byteOffset: 32,
    element: 'bfloat16',
    dims: [64, 16, 3],
    stridesBytes: [160, 4096],
    box: [64, 8, 1],
    swizzleBytes: 128,
    l2PromotionBytes: 256,
    ...change,
  };
}

const u32s = (view: DataView, offset: number, count: number) =>
  Array.from({ length: count }, (_, index) => view.getUint32(offset + index * 4, true));
const f64s = (view: DataView, offset: number, count: number) =>
  Array.from({ length: count }, (_, index) => view.getFloat64(offset + index * 8, true));

describe('launch command', () => {
  it('holds every field of the header', () => {
    const view = setUp().launch({
      grid: [6, 65_535, 4],
      block: [8, 4, 2],
      cluster: [2, 1, 4],
      dynamicSharedMemoryBytes: 200_000,
      dependentLaunch: true,
      arguments: [{ type: 'null' }],
    });
    expect(u32s(view, 0, 16)).toEqual([6, 65_535, 4, 8, 4, 2, 2, 1, 4, 200_000, 1, 1, 0, 0, 0, 0]);
    expect(view.byteLength).toBe(launchHeaderBytes + scalarArgumentBytes);
  });

  it('fills in what is left out, also after a launch that had it', () => {
    const { launch } = setUp();
    launch({ grid: [2, 1, 1], cluster: [2, 1, 1], dynamicSharedMemoryBytes: 8, dependentLaunch: true });
    expect(u32s(launch({}), 0, 16)).toEqual([1, 1, 1, 32, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it('holds scalars and addresses', () => {
    const { launch, buffer } = setUp();
    const scalars: KernelArgument[] = [
      { type: 'int32', value: -5 },
      { type: 'uint32', value: 0xffff_fffe },
      { type: 'float32', value: 0.1 },
      { type: 'int64', value: -(2 ** 40) - 3 },
      { type: 'int64', value: Number.MAX_SAFE_INTEGER },
      { type: 'address', buffer, byteOffset: 48 },
      { type: 'null' },
    ];
    const view = launch({ arguments: scalars });
    const argument = (index: number) => launchHeaderBytes + index * scalarArgumentBytes;
    expect(scalars.map((_, index) => u32s(view, argument(index), 2))).toEqual([
      [0, 4],
      [0, 4],
      [0, 4],
      [0, 8],
      [0, 8],
      [0, 8],
      [0, 8],
    ]);
    expect(view.getInt32(argument(0) + 8, true)).toBe(-5);
    expect(view.getUint32(argument(1) + 8, true)).toBe(0xffff_fffe);
    expect(view.getFloat32(argument(2) + 8, true)).toBe(Math.fround(0.1));
    expect(view.getBigInt64(argument(3) + 8, true)).toBe(-(2n ** 40n) - 3n);
    expect(view.getBigInt64(argument(4) + 8, true)).toBe(BigInt(Number.MAX_SAFE_INTEGER));
    expect(view.getBigUint64(argument(5) + 8, true)).toBe(buffer.pointer + 48n);
    expect(view.getBigUint64(argument(6) + 8, true)).toBe(0n);
  });

  it('holds tensor maps, with nothing left of an earlier launch', () => {
    const { launch, buffer } = setUp();
    const full: KernelArgument = {
      type: 'tensorMap',
      map: mapOf(buffer, { dims: [16, 2, 2, 2, 2], stridesBytes: [32, 64, 128, 256], box: [16, 1, 2, 1, 2] }),
    };
    launch({ arguments: [full, full] });
    const view = launch({
      arguments: [
        { type: 'int32', value: 1 },
        { type: 'tensorMap', map: mapOf(buffer) },
      ],
    });
    const start = launchHeaderBytes + scalarArgumentBytes;
    expect(view.byteLength).toBe(start + tensorMapArgumentBytes);
    expect(u32s(view, start, 2)).toEqual([1, 128]);
    expect(view.getFloat64(start + 8, true)).toBe(Number(buffer.pointer) + 32);
    expect(u32s(view, start + 16, 4)).toEqual([9, 3, 3, 3]);
    expect(f64s(view, start + 32, 5)).toEqual([64, 16, 3, 0, 0]);
    expect(f64s(view, start + 72, 4)).toEqual([160, 4096, 0, 0]);
    expect(u32s(view, start + 104, 10)).toEqual([64, 8, 1, 0, 0, 0, 0, 0, 0, 0]);
  });

  it.each([
    ['uint8', 0],
    ['int32', 3],
    ['float32', 7],
    ['bfloat16', 9],
  ] as const)('codes %s as %d', (element, code) => {
    const { launch, buffer } = setUp();
    const map = mapOf(buffer, {
      element,
      dims: [16],
      stridesBytes: [],
      box: [16],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    });
    const view = launch({ arguments: [{ type: 'tensorMap', map }] });
    expect(u32s(view, launchHeaderBytes + 16, 4)).toEqual([code, 1, 0, 0]);
  });
});

describe('launch validation', () => {
  it.each<[string, (buffer: DeviceBuffer) => Partial<Launch>, RegExp]>([
    ['an empty grid', () => ({ grid: [0, 1, 1] }), /for grid but received \[0, 1, 1\]/],
    ['a long grid axis', () => ({ grid: [1, 65_536, 1] }), /grid/],
    ['a fractional grid', () => ({ grid: [1.5, 1, 1] }), /grid/],
    ['too many threads', () => ({ block: [1024, 2, 1] }), /at most 1024 threads/],
    ['a long block axis', () => ({ block: [1, 1, 65] }), /block/],
    ['a cluster of 17', () => ({ grid: [17, 1, 1], cluster: [17, 1, 1] }), /at most 16 blocks/],
    ['a cluster that does not divide', () => ({ grid: [3, 1, 1], cluster: [2, 1, 1] }), /divides/],
    ['too much shared memory', () => ({ dynamicSharedMemoryBytes: 232_449 }), /232448/],
    [
      'a fractional int32',
      () => ({ arguments: [{ type: 'int32', value: 1.5 }] }),
      /argument 0 but received 1.5/,
    ],
    ['an int32 too big', () => ({ arguments: [{ type: 'int32', value: 2 ** 31 }] }), /argument 0/],
    ['a negative uint32', () => ({ arguments: [{ type: 'uint32', value: -1 }] }), /argument 0/],
    ['an int64 past 2^53', () => ({ arguments: [{ type: 'int64', value: 2 ** 53 }] }), /argument 0/],
    ['NaN', () => ({ arguments: [{ type: 'int64', value: Number.NaN }] }), /argument 0/],
    [
      'an address past the end',
      (buffer) => ({ arguments: [{ type: 'address', buffer, byteOffset: 65_537 }] }),
      /65536/,
    ],
    [
      '65 arguments',
      () => ({ arguments: Array.from({ length: 65 }, () => ({ type: 'null' as const })) }),
      /at most 64/,
    ],
    [
      'a cpu buffer',
      () => ({
        arguments: [
          { type: 'address', buffer: new CpuDevice().createBuffer({ byteLength: 8 }), byteOffset: 0 },
        ],
      }),
      /received one of cpu/,
    ],
    [
      'a stream of another device',
      () => ({ stream: fakeCudaDevice().device.defaultStream }),
      /another device/,
    ],
  ])('refuses %s', (_, change, message) => {
    const { launch, buffer, binding } = setUp();
    expect(() => launch(change(buffer))).toThrow(DgValidationError);
    expect(() => launch(change(buffer))).toThrow(message);
    expect(binding.launches).toEqual([]);
  });

  it.each<[string, Partial<TensorMap>, RegExp]>([
    ['an odd offset', { byteOffset: 8 }, /multiple of 16 for byteOffset/],
    ['six dimensions', { dims: [8, 1, 1, 1, 1, 1] }, /1 to 5 entries/],
    ['a missing stride', { stridesBytes: [160] }, /2 entries for stridesBytes/],
    ['a missing box', { box: [64, 8] }, /3 entries for box/],
    ['an empty dimension', { dims: [64, 0, 3] }, /dims\[1\]/],
    ['a dimension past 2^32', { dims: [64, 2 ** 32 + 1, 3] }, /dims\[1\]/],
    ['a stride that is no multiple of 16', { stridesBytes: [168, 4096] }, /stridesBytes\[0\]/],
    ['a stride of 2^40', { stridesBytes: [160, 2 ** 40] }, /stridesBytes\[1\]/],
    ['a box of 257', { box: [64, 257, 1] }, /box\[1\]/],
    ['an inner box of 24 bytes', { box: [12, 8, 1] }, /multiple of 16 bytes/],
    ['an inner box past the swizzle span', { swizzleBytes: 64 }, /swizzle span of 64/],
    ['a swizzle of 16', { swizzleBytes: 16 as 32 }, /swizzleBytes/],
    ['a promotion of 32', { l2PromotionBytes: 32 as 64 }, /l2PromotionBytes/],
    ['an unknown element', { element: 'float16' as 'uint8' }, /element/],
    ['a map past its buffer', { stridesBytes: [160, 31_520] }, /within its buffer of 65536 bytes/],
  ])('refuses a tensor map with %s', (_, change, message) => {
    const { launch, buffer, binding } = setUp();
    const launchMap = () =>
      launch({ arguments: [{ type: 'null' }, { type: 'tensorMap', map: mapOf(buffer, change) }] });
    expect(launchMap).toThrow(DgValidationError);
    expect(launchMap).toThrow(message);
    expect(launchMap).toThrow(/argument 1/);
    expect(binding.launches).toEqual([]);
  });

  it('takes a map that ends with its buffer', () => {
    const { launch, buffer } = setUp();
    // 64 + 2 * 31472 + 15 * 160 + 128 = 65536
    const map = mapOf(buffer, { byteOffset: 64, stridesBytes: [160, 31_472] });
    expect(() => launch({ arguments: [{ type: 'tensorMap', map }] })).not.toThrow();
    expect(() => launch({ arguments: [{ type: 'tensorMap', map: { ...map, byteOffset: 80 } }] })).toThrow(
      /within/,
    );
  });

  it('refuses destroyed buffers, and leaves nothing queued when a later argument is wrong', () => {
    const { launch, buffer, binding, device } = setUp();
    const calls = binding.calls.length;
    const good: KernelArgument = { type: 'address', buffer, byteOffset: 0 };
    expect(() => launch({ arguments: [good, { type: 'int32', value: 0.5 }] })).toThrow(DgValidationError);
    expect(binding.calls.length).toBe(calls);
    const gone = device.createBuffer({ byteLength: 16, label: 'gone' });
    gone.destroy();
    expect(() => launch({ arguments: [good, { type: 'address', buffer: gone, byteOffset: 0 }] })).toThrow(
      /buffer 'gone' but received a destroyed one/,
    );
    expect(binding.launches).toEqual([]);
  });

  it('counts static shared memory and the kernel’s own limit of threads', () => {
    const { binding, device } = fakeCudaDevice();
    binding.attributes = { registers: 168, localBytes: 0, staticSharedBytes: 448, maxThreadsPerBlock: 384 };
    const kernel = device.kernel(anyKernel);
    const launch = (block: number, bytes: number) =>
      kernel.launch({
        grid: [1, 1, 1],
        block: [block, 1, 1],
        dynamicSharedMemoryBytes: bytes,
        arguments: [],
      });
    expect(() => launch(384, 232_000)).not.toThrow();
    expect(() => launch(385, 0)).toThrow(/at most 384 threads/);
    expect(() => launch(1, 232_001)).toThrow(/232000/);
  });
});
