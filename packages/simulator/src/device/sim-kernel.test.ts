import { DgValidationError, type KernelArgument, type Launch, type TensorMap } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { SimDevice } from './sim-device.js';
import { FakeBackend } from './testing/fake-backend.js';
import { ptxText } from './testing/ptx-text.js';

const oneThread = { grid: [1, 1, 1], block: [1, 1, 1] } as const;

function setUp(parameters: readonly string[], directives = '', staticSharedMemoryBytes = 0) {
  const backend = new FakeBackend();
  backend.staticSharedMemoryBytes = staticSharedMemoryBytes;
  const device = new SimDevice(backend, { seed: 5 });
  const kernel = device.kernelFromPtx(ptxText('k', parameters, directives), 'k');
  const launchWith = (list: readonly KernelArgument[]) => kernel.launch({ ...oneThread, arguments: list });
  const launchAs = (launch: Partial<Launch>) => kernel.launch({ ...oneThread, arguments: [], ...launch });
  return { backend, device, launchWith, launchAs };
}

const uint32 = (value: number) => ({ type: 'uint32', value }) as const;

describe('arguments', () => {
  it('lie at the next multiple of their alignment, little-endian', () => {
    const { backend, device, launchWith } = setUp([
      '.param .u32 a',
      '.param .u64 b',
      '.param .f32 c',
      '.param .align 64 .b8 d[128]',
      '.param .u32 e',
      '.param .u64 f',
      '.param .u64 g',
    ]);
    const buffer = device.createBuffer({ byteLength: 4096 });
    const map: TensorMap = {
      buffer,
      byteOffset: 64,
      element: 'uint8',
      dims: [64, 8],
      stridesBytes: [64],
      box: [32, 8],
      swizzleBytes: 32,
      l2PromotionBytes: 0,
    };
    launchWith([
      uint32(0xffff_fffe),
      { type: 'address', buffer, byteOffset: 48 },
      { type: 'float32', value: 1.5 },
      { type: 'tensorMap', map },
      { type: 'int32', value: -2 },
      { type: 'int64', value: -(2 ** 40) },
      { type: 'null' },
    ]);
    const [execution] = backend.executions;
    const view = new DataView(execution!.parameters.buffer);
    expect(execution!.parameters.byteLength).toBe(216);
    expect(view.getUint32(0, true)).toBe(0xffff_fffe);
    expect(view.getBigUint64(8, true)).toBe(buffer.pointer + 48n);
    expect(view.getFloat32(16, true)).toBe(1.5);
    expect([...execution!.parameters.subarray(20, 64)]).toEqual(Array(44).fill(0));
    expect(view.getBigUint64(64, true)).toBe(buffer.pointer + 64n);
    expect([...execution!.parameters.subarray(72, 192)]).toEqual(Array(120).fill(0xab));
    expect(view.getInt32(192, true)).toBe(-2);
    expect(view.getBigInt64(200, true)).toBe(-(2n ** 40n));
    expect(view.getBigUint64(208, true)).toBe(0n);
    expect(backend.maps).toEqual([map]);
  });

  it('are none for a kernel without parameters', () => {
    const { backend, launchWith } = setUp([]);
    launchWith([]);
    expect(backend.executions[0]!.parameters.byteLength).toBe(0);
  });

  it('must be as many as the parameters', () => {
    const { launchWith } = setUp(['.param .u32 rows', '.param .u32 columns']);
    expect(() => launchWith([uint32(1)])).toThrow('k: expected 2 arguments (rows, columns) but received 1');
    expect(() => launchWith([uint32(1), uint32(1), uint32(1)])).toThrow(DgValidationError);
  });

  it.each<[string, KernelArgument, string]>([
    [
      '.param .u64 x',
      uint32(1),
      'k: expected 8 bytes of type .u64 for argument 0 (x) but received 4 bytes of uint32',
    ],
    [
      '.param .u32 x',
      { type: 'null' },
      '4 bytes of type .u32 for argument 0 (x) but received 8 bytes of null',
    ],
    ['.param .f32 x', uint32(1), 'a value of type .f32 for argument 0 (x) but received uint32'],
    ['.param .u32 x', { type: 'float32', value: 1 }, 'a value of type .u32'],
    ['.param .u32 x', uint32(-1), 'an integer from 0 to 4294967295 for argument 0 (x) but received -1'],
    ['.param .u32 x', uint32(2 ** 32), 'received 4294967296'],
    ['.param .u32 x', { type: 'int32', value: 2 ** 31 }, 'an integer from -2147483648'],
    ['.param .u64 x', { type: 'int64', value: 2 ** 53 }, 'an integer below 2^53'],
    ['.param .f32 x', { type: 'float32', value: '1' as never }, 'a number'],
    [
      '.param .u32 x',
      { type: 'int8', value: 1 } as never,
      'a kernel argument for argument 0 (x) but received int8',
    ],
  ])('%s refuses %o', (parameter, argument, message) => {
    const { backend, launchWith } = setUp([parameter]);
    expect(() => launchWith([argument])).toThrow(DgValidationError);
    expect(() => launchWith([argument])).toThrow(message);
    expect(backend.executions).toEqual([]);
  });

  it('of bits alone may be integer or float', () => {
    const { backend, launchWith } = setUp(['.param .b32 x']);
    launchWith([uint32(1)]);
    launchWith([{ type: 'float32', value: 1 }]);
    expect(backend.executions.map(({ parameters }) => [...parameters])).toEqual([
      [1, 0, 0, 0],
      [0, 0, 0x80, 0x3f],
    ]);
  });

  it('that are addresses lie in live buffers of the device', () => {
    const { device, launchWith } = setUp(['.param .u64 x']);
    const buffer = device.createBuffer({ byteLength: 8, label: 'scales' });
    const at = (byteOffset: number) => launchWith([{ type: 'address', buffer, byteOffset }]);
    at(8);
    expect(() => at(9)).toThrow('expected a byte offset from 0 to 8 for argument 0 (x) but received 9');
    expect(() => at(-1)).toThrow(DgValidationError);
    const foreign = new SimDevice(new FakeBackend()).createBuffer({ byteLength: 8 });
    expect(() => launchWith([{ type: 'address', buffer: foreign, byteOffset: 0 }])).toThrow(
      'expected a buffer of sim:sm_90a for a kernel argument',
    );
    buffer.destroy();
    expect(() => at(0)).toThrow("expected a live buffer for buffer 'scales' but received a destroyed one");
  });

  it('that are tensor maps are checked, buffer and parameter too', () => {
    const { device, launchWith } = setUp(['.param .align 64 .b8 x[128]']);
    const buffer = device.createBuffer({ byteLength: 1024 });
    const map: TensorMap = {
      buffer,
      byteOffset: 0,
      element: 'float32',
      dims: [16, 16],
      stridesBytes: [64],
      box: [16, 16],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    };
    const launchMap = (changes: Partial<TensorMap>) =>
      launchWith([{ type: 'tensorMap', map: { ...map, ...changes } }]);
    launchMap({});
    expect(() => launchMap({ byteOffset: 16 })).toThrow('a map within its buffer of 1024 bytes');
    expect(() => launchMap({ box: [512, 1] })).toThrow(DgValidationError);
    const foreign = new SimDevice(new FakeBackend()).createBuffer({ byteLength: 1024 });
    expect(() => launchMap({ buffer: foreign })).toThrow('for a tensor map');
    expect(() => setUp(['.param .align 8 .b8 x[128]']).launchWith([{ type: 'tensorMap', map }])).toThrow(
      'expected a parameter aligned to 64 bytes for argument 0 (x) but received one aligned to 8',
    );
  });
});

describe('launches', () => {
  it('hand the machine all it needs', () => {
    const { backend, device, launchAs } = setUp([]);
    launchAs({
      grid: [4, 2, 1],
      block: [128, 2, 1],
      cluster: [2, 1, 1],
      dynamicSharedMemoryBytes: 232_448,
      dependentLaunch: true,
    });
    expect(backend.executions).toHaveLength(1);
    expect(backend.executions[0]).toMatchObject({
      kernelName: 'k',
      grid: [4, 2, 1],
      block: [128, 2, 1],
      cluster: [2, 1, 1],
      dynamicSharedMemoryBytes: 232_448,
    });
    expect(backend.executions[0]!.program.entry.name).toBe('k');
    expect(backend.executions[0]!.globalMemory).toBe(device.globalMemory);
    expect(backend.executions[0]!.options.seed).toBe(5);
  });

  it('default to no cluster and no dynamic shared memory', () => {
    const { backend, launchAs } = setUp([]);
    launchAs({});
    expect(backend.executions[0]).toMatchObject({ cluster: [1, 1, 1], dynamicSharedMemoryBytes: 0 });
  });

  it('take the cluster that the kernel was compiled for, and no other', () => {
    const { backend, launchAs } = setUp([], '.explicitcluster\n.reqnctapercluster 2, 1, 1');
    launchAs({ grid: [2, 1, 1] });
    expect(backend.executions[0]!.cluster).toEqual([2, 1, 1]);
    expect(() => launchAs({ grid: [4, 1, 1], cluster: [4, 1, 1] })).toThrow(
      'k: expected [2, 1, 1] for cluster, as the kernel was compiled for, but received [4, 1, 1]',
    );
    expect(() => launchAs({ grid: [3, 1, 1] })).toThrow('a grid that the cluster [2, 1, 1] divides');
  });

  it.each<[string, Partial<Launch>, string]>([
    ['', { grid: [0, 1, 1] }, 'for grid'],
    ['', { grid: [3, 1, 1], cluster: [2, 1, 1] }, 'divides'],
    ['', { block: [1024, 2, 1] }, 'at most 1024 threads'],
    ['.maxntid 384, 1, 1', { block: [385, 1, 1] }, 'k: expected at most 384 threads for block'],
    ['.maxntid 64, 2', { block: [129, 1, 1] }, 'at most 128 threads'],
    ['.reqntid 128', { block: [64, 1, 1] }, 'expected [128, 1, 1] for block'],
    ['', { dynamicSharedMemoryBytes: 232_449 }, 'expected 0 to 232448 for dynamicSharedMemoryBytes'],
  ])('of a kernel with "%s" refuse %o', (directives, launch, message) => {
    const { backend, launchAs } = setUp([], directives);
    expect(() => launchAs(launch)).toThrow(DgValidationError);
    expect(() => launchAs(launch)).toThrow(message);
    expect(backend.executions).toEqual([]);
  });

  it('leave room for static shared memory', () => {
    const { launchAs } = setUp([], '', 1024);
    launchAs({ dynamicSharedMemoryBytes: 231_424 });
    expect(() => launchAs({ dynamicSharedMemoryBytes: 231_425 })).toThrow('expected 0 to 231424');
  });

  it('let through what the machine throws, and the device can be used on', () => {
    const { backend, launchAs } = setUp([]);
    const fault = new Error('deadlock');
    backend.run = () => {
      throw fault;
    };
    expect(() => launchAs({})).toThrow(fault);
    backend.run = () => {};
    launchAs({});
    expect(backend.executions).toHaveLength(2);
  });

  it('refuse streams of other devices', () => {
    const { launchAs } = setUp([]);
    const { defaultStream } = new SimDevice(new FakeBackend());
    expect(() => launchAs({ stream: defaultStream })).toThrow('another device');
  });
});
