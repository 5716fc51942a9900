import {
  CpuDevice,
  type DeviceBuffer,
  DgOutOfMemoryError,
  DgValidationError,
  enqueueHostWork,
  type Graph,
  hostBytes,
  type KernelSource,
  type TensorMap,
} from '@dg/runtime';
import { describe, expect, it, vi } from 'vitest';
import { SimDevice } from './sim-device.js';
import type { PtxCompiler } from './simulator-options.js';
import { FakeBackend } from './testing/fake-backend.js';
import { ptxText } from './testing/ptx-text.js';

const row = (byteLength: number) => ({
  sourceByteOffset: 0,
  sourcePitchBytes: byteLength,
  byteOffset: 0,
  pitchBytes: byteLength,
  rowBytes: byteLength,
  rows: 1,
});

const addressOf = (buffer: DeviceBuffer) => Number(buffer.pointer);

function setUp() {
  const backend = new FakeBackend();
  return { backend, device: new SimDevice(backend) };
}

describe('sim buffers', () => {
  const { device } = setUp();

  it('writes a copy and reads a copy', async () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    buffer.fill(0);
    const data = new Uint16Array([0x0201, 0x0403]);
    buffer.write(data, 2);
    data.fill(0);
    const read = await buffer.read(1, 5);
    expect([...read]).toEqual([0, 1, 2, 3, 4]);
    buffer.fill(9);
    expect([...read]).toEqual([0, 1, 2, 3, 4]);
    const before = buffer.read();
    buffer.fill(1);
    expect([...(await before)]).toEqual(Array(8).fill(9));
  });

  it('are poisoned at first', () => {
    expect([...device.createBuffer({ byteLength: 3 }).readSync()]).toEqual([255, 255, 255]);
  });

  it('have an address that kernels use', () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    expect(buffer.pointer).toBeGreaterThan(2n ** 32n);
    device.globalMemory.store32(addressOf(buffer) + 4, 7);
    expect([...buffer.readSync(4)]).toEqual([7, 0, 0, 0]);
    buffer.write(new Uint8Array([1]), 4);
    expect(device.globalMemory.load32(addressOf(buffer) + 4)).toBe(1);
  });

  it('fills and copies runs, and nothing between them', () => {
    const source = device.createBuffer({ byteLength: 6 });
    source.write(new Uint8Array([1, 2, 3, 4, 5, 6]));
    const target = device.createBuffer({ byteLength: 9 });
    target.fill(0);
    target.fill(7, { byteOffset: 1, rowBytes: 1, rows: 3, pitchBytes: 3 });
    expect([...target.readSync()]).toEqual([0, 7, 0, 0, 7, 0, 0, 7, 0]);
    target.copyFrom(source, {
      sourceByteOffset: 1,
      sourcePitchBytes: 3,
      byteOffset: 2,
      pitchBytes: 4,
      rowBytes: 2,
      rows: 2,
    });
    expect([...target.readSync()]).toEqual([0, 7, 2, 3, 7, 0, 5, 6, 0]);
  });

  it('refuse ranges outside, overlaps, bad bytes and other devices', () => {
    const buffer = device.createBuffer({ byteLength: 8, label: 'scales' });
    expect(() => buffer.write(new Uint8Array(5), 4)).toThrow(/within 8 bytes for write of buffer 'scales'/);
    expect(() => buffer.readSync(-1, 2)).toThrow(DgValidationError);
    expect(() => buffer.fill(256)).toThrow(DgValidationError);
    expect(() => buffer.fill(0, { byteOffset: 0, rowBytes: 3, rows: 2, pitchBytes: 2 })).toThrow(/pitch/);
    expect(() => buffer.copyFrom(buffer, { ...row(4), byteOffset: 2 })).toThrow(/do not overlap/);
    const foreign = new CpuDevice().createBuffer({ byteLength: 8 });
    expect(() => buffer.copyFrom(foreign, row(8))).toThrow(/expected a buffer of sim:sm_90a .* one of cpu/);
    expect(() => hostBytes(buffer)).toThrow(/cpu device/);
    expect(() => device.createBuffer({ byteLength: -1 })).toThrow(DgValidationError);
    expect(() => device.createBuffer({ byteLength: 2 ** 52 })).toThrow(DgOutOfMemoryError);
  });

  it('are gone once destroyed, for the host and for kernels', async () => {
    const buffer = device.createBuffer({ byteLength: 8 });
    buffer.destroy();
    buffer.destroy();
    expect(buffer.destroyed).toBe(true);
    expect(() => buffer.fill(0)).toThrow(/destroyed/);
    await expect(buffer.read()).rejects.toThrow(/destroyed/);
    expect(() => device.globalMemory.load8(addressOf(buffer))).toThrow(/live memory/);
  });

  it('make tensors', async () => {
    const tensor = device.tensor(new Float32Array([1, 2, 3, 4]), [2, 2], 'float32');
    expect([...(await tensor.transpose().read())]).toEqual([1, 3, 2, 4]);
    expect([...(await device.zeros([3], 'int32').read())]).toEqual([0, 0, 0]);
    expect((await device.empty([2], 'float32').read())[0]).toBeNaN();
  });
});

describe('sim buffers over foreign pointers', () => {
  it('share memory of the device and free none', () => {
    const { device } = setUp();
    const whole = device.createBuffer({ byteLength: 16 });
    whole.fill(0);
    const part = device.fromPointer({ pointer: whole.pointer + 4n, byteLength: 8, owner: whole });
    part.fill(3);
    expect(part.pointer).toBe(whole.pointer + 4n);
    expect([...whole.readSync(2, 4)]).toEqual([0, 0, 3, 3]);
    part.destroy();
    expect([...whole.readSync(11)]).toEqual([3, 0, 0, 0, 0]);
  });

  it('refuse what is not there, and notice when it goes', () => {
    const { device } = setUp();
    const whole = device.createBuffer({ byteLength: 16 });
    const at = (pointer: bigint, byteLength: number) =>
      device.fromPointer({ pointer, byteLength, owner: undefined, label: 'view' });
    expect(() => at(4096n, 8)).toThrow(/of sim:sm_90a for pointer of view but received 4096/);
    expect(() => at(whole.pointer + 8n, 9)).toThrow(DgValidationError);
    const part = at(whole.pointer + 8n, 8);
    whole.destroy();
    expect(() => part.readSync()).toThrow(/its owner freed/);
    expect(() => at(whole.pointer, 8)).toThrow(DgValidationError);
  });
});

describe('tracking of global memory', () => {
  it('counts what the host writes, and copies what is not written', () => {
    const device = new SimDevice(new FakeBackend(), { trackGlobalMemory: true });
    const { globalMemory } = device;
    const source = device.createBuffer({ byteLength: 8 });
    const target = device.createBuffer({ byteLength: 8 });
    source.write(new Uint8Array(4), 2);
    target.copyFrom(source, row(8));
    for (const address of [source, target].map(addressOf)) {
      expect(() => globalMemory.load16(address)).toThrow(/was written/);
      expect(globalMemory.load16(address + 2)).toBe(0);
      expect(() => globalMemory.load16(address + 6)).toThrow(/was written/);
    }
    target.fill(1);
    expect(globalMemory.load16(addressOf(target) + 6)).toBe(0x0101);
    const part = device.fromPointer({ pointer: source.pointer + 6n, byteLength: 2, owner: source });
    part.fill(4);
    expect(globalMemory.load16(addressOf(source) + 6)).toBe(0x0404);
    expect(() => globalMemory.load16(addressOf(source))).toThrow(/was written/);
  });
});

describe('sim streams and graphs', () => {
  it('record launches and copies without running them, and replay them', () => {
    const { backend, device } = setUp();
    const kernel = device.kernelFromPtx(ptxText('bump', ['.param .u64 x']), 'bump');
    backend.run = ({ parameters, globalMemory }) => {
      const address = Number(new DataView(parameters.buffer).getBigUint64(0, true));
      globalMemory.store32(address, globalMemory.load32(address) + 1);
    };
    const stream = device.createStream();
    const counter = device.zeros([1], 'int32');
    const copy = device.zeros([1], 'int32');
    const graph = stream.capture(() => {
      expect(stream.capturing).toBe(true);
      kernel.launch({
        grid: [1, 1, 1],
        block: [1, 1, 1],
        stream,
        arguments: [{ type: 'address', buffer: counter.buffer, byteOffset: 0 }],
      });
      copy.buffer.copyFrom(counter.buffer, row(4), { stream });
    });
    expect(stream.capturing).toBe(false);
    expect([backend.executions.length, ...counter.readSync()]).toEqual([0, 0]);
    graph.launch();
    graph.launch({ stream });
    expect([...copy.readSync()]).toEqual([2]);
  });

  it('keep the memory of a graph until it is destroyed', () => {
    const { backend, device } = setUp();
    const kernel = device.kernelFromPtx(
      ptxText('k', ['.param .u64 x', '.param .align 64 .b8 map[128]']),
      'k',
    );
    const buffers = ['source', 'target', 'address', 'map'].map((label) =>
      device.createBuffer({ byteLength: 64, label }),
    );
    const [source, target, pointed, mapped] = buffers as [
      (typeof buffers)[0],
      (typeof buffers)[0],
      (typeof buffers)[0],
      (typeof buffers)[0],
    ];
    source.fill(3);
    const map: TensorMap = {
      buffer: mapped,
      byteOffset: 0,
      element: 'uint8',
      dims: [64],
      stridesBytes: [],
      box: [16],
      swizzleBytes: 0,
      l2PromotionBytes: 0,
    };
    const graph = device.defaultStream.capture(() => {
      // Twice, and held once.
      target.copyFrom(source, row(64));
      target.copyFrom(source, row(64));
      kernel.launch({
        grid: [1, 1, 1],
        block: [1, 1, 1],
        arguments: [
          { type: 'address', buffer: pointed, byteOffset: 0 },
          { type: 'tensorMap', map },
        ],
      });
    });
    const isLive = () => buffers.map((buffer) => device.globalMemory.find(addressOf(buffer)) !== undefined);
    for (const buffer of [source, pointed, mapped]) buffer.destroy();
    expect(isLive()).toEqual([true, true, true, true]);
    graph.launch();
    expect([...target.readSync(0, 2)]).toEqual([3, 3]);
    expect(backend.executions).toHaveLength(1);
    graph.destroy();
    graph.destroy();
    expect(isLive()).toEqual([false, true, false, false]);
    expect(() => graph.launch()).toThrow(/destroyed/);
  });

  it('refuse host data, waiting and nesting during a capture, and let go when the callback throws', () => {
    const { device } = setUp();
    const stream = device.createStream();
    const buffer = device.createBuffer({ byteLength: 1 });
    const empty = stream.capture(() => {});
    const forbidden = [
      () => buffer.write(new Uint8Array(1), 0, { stream }),
      () => buffer.readSync(0, 1, { stream }),
      () => stream.record(),
      () => stream.synchronizeSync(),
      () => empty.launch({ stream }),
      () => stream.capture(() => {}),
    ];
    for (const call of forbidden) expect(() => stream.capture(call)).toThrow(/capture in progress/);
    expect(() => stream.capture(async () => {})).toThrow(/async/);
    expect(() =>
      stream.capture(() => {
        buffer.fill(1, undefined, { stream });
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(stream.capturing).toBe(false);
    buffer.destroy();
    expect(device.globalMemory.find(addressOf(buffer))).toBeUndefined();
  });

  it('time events of the device only', async () => {
    const { device } = setUp();
    const start = device.defaultStream.record();
    const until = performance.now() + 5;
    while (performance.now() < until);
    const end = device.defaultStream.record();
    await end.synchronize();
    expect(end.complete).toBe(true);
    expect(end.elapsedSince(start)).toBeGreaterThanOrEqual(5);
    device.createStream().waitFor(end);
    const foreign = new CpuDevice().defaultStream.record();
    expect(() => end.elapsedSince(foreign)).toThrow(/foreign/);
    expect(() => device.defaultStream.waitFor(foreign)).toThrow(/foreign/);
    start.destroy();
    expect(() => end.elapsedSince(start)).toThrow(/destroyed/);
  });

  it('refuse streams of other devices and destroyed ones', () => {
    const { device } = setUp();
    const buffer = device.createBuffer({ byteLength: 1 });
    expect(() => buffer.fill(0, undefined, { stream: setUp().device.defaultStream })).toThrow(
      /another device/,
    );
    expect(() => enqueueHostWork(device.defaultStream, () => {})).toThrow(/sim:sm_90a/);
    const stream = device.createStream();
    stream.destroy();
    expect(() => buffer.fill(0, undefined, { stream })).toThrow(/destroyed/);
    expect(() => device.defaultStream.destroy()).toThrow(/default stream/);
  });
});

describe('sim kernels', () => {
  const source: KernelSource = { name: 'my-kernel', entry: 'k', code: 'code', includeRoots: [] };

  function fakeCompiler() {
    const image = new TextEncoder().encode(ptxText('k', []));
    const compileSync = vi.fn<PtxCompiler['compileSync']>(() => ({ image }));
    const compile = vi.fn<PtxCompiler['compile']>(async () => ({ image }));
    return { compile, compileSync };
  }

  it('are compiled to PTX for sm_90a and loaded once per source', () => {
    const backend = new FakeBackend();
    const compiler = fakeCompiler();
    const device = new SimDevice(backend, { compiler });
    const kernel = device.kernel(source);
    expect(kernel.name).toBe('my-kernel');
    expect(device.kernel({ ...source })).toBe(kernel);
    expect(compiler.compileSync.mock.calls).toEqual([
      [
        { ...source, flags: ['-lineinfo'] },
        { architecture: 'sm_90a', output: 'ptx' },
      ],
    ]);
    expect(backend.loaded).toEqual(['k']);
    kernel.launch({ grid: [1, 1, 1], block: [1, 1, 1], arguments: [] });
    expect(backend.executions[0]!.kernelName).toBe('my-kernel');
  });

  it('are prepared off the event loop', async () => {
    const backend = new FakeBackend();
    const compiler = fakeCompiler();
    const device = new SimDevice(backend, { compiler });
    const [first, second] = await Promise.all([device.prepareKernel(source), device.prepareKernel(source)]);
    expect(second).toBe(first);
    expect(device.kernel(source)).toBe(first);
    expect(compiler.compile.mock.calls).toEqual([
      [
        { ...source, flags: ['-lineinfo'] },
        { architecture: 'sm_90a', output: 'ptx' },
      ],
    ]);
    expect(compiler.compileSync).not.toHaveBeenCalled();
  });

  it('load from PTX without a compiler', () => {
    const backend = new FakeBackend();
    const compiler = fakeCompiler();
    const kernel = new SimDevice(backend, { compiler }).kernelFromPtx(
      ptxText('made_elsewhere', []),
      'made_elsewhere',
    );
    expect(kernel.name).toBe('made_elsewhere');
    expect(compiler.compileSync).not.toHaveBeenCalled();
  });
});

describe('sim device', () => {
  it('has the properties of a small SM90', () => {
    const { device } = setUp();
    expect(device).toMatchObject({ kind: 'sim', name: 'sim:sm_90a', executesKernels: true });
    expect(device.properties).toMatchObject({
      model: 'simulated SM90',
      architecture: 'sm_90a',
      multiprocessorCount: 4,
      sharedMemoryPerBlockBytes: 232_448,
    });
    expect(new SimDevice(new FakeBackend(), { multiprocessorCount: 9 }).properties.multiprocessorCount).toBe(
      9,
    );
    expect(() => new SimDevice(new FakeBackend(), { multiprocessorCount: 0 })).toThrow(DgValidationError);
  });

  it('is destroyed once, with all it made', async () => {
    const onDestroy = vi.fn();
    const device = new SimDevice(new FakeBackend(), {}, onDestroy);
    const buffer = device.createBuffer({ byteLength: 1 });
    const stream = device.createStream();
    const graph = stream.capture(() => buffer.fill(1, undefined, { stream }));
    const kernel = device.kernelFromPtx(ptxText('k', []), 'k');
    await device.synchronize();
    device.synchronizeSync();
    device.destroy();
    device.destroy();
    expect(onDestroy).toHaveBeenCalledTimes(1);
    expect([buffer, stream, graph, device.defaultStream].map(({ destroyed }) => destroyed)).toEqual(
      Array(4).fill(true),
    );
    expect(device.globalMemory.find(addressOf(buffer))).toBeUndefined();
    const calls = [
      () => buffer.fill(0),
      () => graph.launch(),
      () => kernel.launch({ grid: [1, 1, 1], block: [1, 1, 1], arguments: [] }),
      () => device.createBuffer({ byteLength: 1 }),
      () => device.createStream(),
      () => device.fromPointer({ pointer: 1n, byteLength: 1, owner: undefined }),
      () => device.kernelFromPtx(ptxText('k', []), 'k'),
      () => device.synchronizeSync(),
    ];
    for (const call of calls) expect(call).toThrow(/destroyed/);
    await expect(device.synchronize()).rejects.toThrow(/destroyed/);
    graph.destroy();
    buffer.destroy();
  });

  it('frees what is forgotten without destroy, and keeps what a graph or a pointer needs', async () => {
    const { device } = setUp();
    const isLive = (address: number) => device.globalMemory.find(address) !== undefined;
    const forgotten: number[] = [];
    const kept: number[] = [];
    let graph: Graph | undefined;
    let part: DeviceBuffer | undefined;
    // In a function of its own, so that no register keeps the buffers.
    (() => {
      const create = () => device.createBuffer({ byteLength: 1 << 20 });
      const [lone, captured, replayed, whole] = [create(), create(), create(), create()];
      const capture = (buffer: DeviceBuffer) => device.defaultStream.capture(() => buffer.fill(1));
      capture(captured);
      captured.destroy();
      graph = capture(replayed);
      part = device.fromPointer({ pointer: whole.pointer, byteLength: 1, owner: whole });
      forgotten.push(addressOf(lone), addressOf(captured));
      kept.push(addressOf(replayed), addressOf(whole));
    })();
    expect([...forgotten, ...kept].map(isLive)).toEqual([true, true, true, true]);
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let turn = 0; turn < 20 && forgotten.some(isLive); turn++) {
      collect();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(forgotten.map(isLive)).toEqual([false, false]);
    expect(kept.map(isLive)).toEqual([true, true]);
    graph!.launch();
    expect([...part!.readSync()]).toEqual([255]);
  });
});
