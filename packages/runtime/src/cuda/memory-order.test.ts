import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { Stream } from '../device/stream.js';
import type { StreamHandle } from '../native/binding.js';
import { anyKernel, fakeCudaDevice } from '../testing/fake-cuda-device.js';

const stepped = () => fakeCudaDevice({ runsAtOnce: false });

function launchOn(stream: Stream, buffer: DeviceBuffer): void {
  const device = buffer.device;
  if (!device.executesKernels) throw new Error('expected a kernel device');
  device.kernel(anyKernel).launch({
    grid: [1, 1, 1],
    block: [1, 1, 1],
    stream,
    arguments: [{ type: 'address', buffer, byteOffset: 0 }],
  });
}

function waitsOn(fake: ReturnType<typeof stepped>, stream: StreamHandle): number {
  return fake.binding.pendingOperations(stream).filter((operation) => operation.kind === 'wait').length;
}

describe('allocation order', () => {
  it('makes a stream wait for a younger buffer, once', () => {
    const fake = stepped();
    const first = fake.device.createBuffer({ byteLength: 16 });
    const second = fake.device.createBuffer({ byteLength: 16 });
    for (let round = 0; round < 3; round++) {
      first.fill(1);
      second.fill(2);
    }
    expect(waitsOn(fake, fake.defaultStream)).toBe(1);
    fake.binding.runStream(fake.defaultStream);
    expect(fake.binding.pendingOperations(fake.defaultStream).length).toBe(7);
    fake.binding.drain();

    fake.device.createBuffer({ byteLength: 16 }).fill(3);
    first.fill(1);
    expect(waitsOn(fake, fake.defaultStream)).toBe(1);
    fake.binding.drain();
  });

  it('makes every stream wait for itself, with one record', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const streams = [fake.device.createStream(), fake.device.createStream()];
    for (const stream of streams) buffer.fill(1, undefined, { stream });
    expect(fake.binding.streams.slice(3).map((handle) => waitsOn(fake, handle))).toEqual([1, 1]);
    expect(fake.binding.count('eventRecord')).toBe(1);
    fake.binding.drain();
  });

  it('orders kernels, copies, writes and reads alike', () => {
    const uses: ((buffer: DeviceBuffer, other: DeviceBuffer) => void)[] = [
      (buffer) => launchOn(buffer.device.defaultStream, buffer),
      (buffer) => buffer.write(new Uint8Array(4)),
      (buffer) => void buffer.read(),
      (buffer, other) =>
        other.copyFrom(buffer, {
          sourceByteOffset: 0,
          sourcePitchBytes: 16,
          byteOffset: 0,
          pitchBytes: 16,
          rowBytes: 16,
          rows: 1,
        }),
    ];
    for (const use of uses) {
      const fake = stepped();
      use(fake.device.createBuffer({ byteLength: 16 }), fake.device.createBuffer({ byteLength: 16 }));
      fake.binding.runStream(fake.defaultStream);
      expect(fake.binding.pendingOperations(fake.defaultStream).length).toBeGreaterThan(1);
      fake.binding.drain();
    }
  });
});

describe('free order', () => {
  // Pitfall: memory collected while a kernel uses it.
  it('frees after the work of every stream that used the buffer', () => {
    const fake = stepped();
    const other = fake.device.createStream();
    const otherHandle = fake.binding.streams[3]!;
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const address = Number(buffer.pointer);
    fake.binding.onLaunch = () => fake.binding.memory.at(address, 16);
    launchOn(fake.device.defaultStream, buffer);
    launchOn(other, buffer);
    buffer.destroy();
    buffer.destroy();
    fake.binding.runStream(fake.allocationStream);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(address)).toBe(true);
    fake.binding.runStream(fake.defaultStream);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(address)).toBe(true);
    fake.binding.runStream(otherHandle);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(address)).toBe(false);
    expect(fake.binding.count('memoryFree')).toBe(1);
    expect(fake.binding.launches.length).toBe(2);
  });

  it('frees a buffer that was never used, after its allocation', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    buffer.destroy();
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.liveCount).toBe(0);
    fake.binding.drain();
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(false);
  });

  it('does not make user streams wait for a free', () => {
    const fake = stepped();
    const other = fake.device.createStream();
    const otherHandle = fake.binding.streams[3]!;
    const kept = fake.device.createBuffer({ byteLength: 16 });
    kept.fill(0, undefined, { stream: other });
    fake.binding.drain();
    const freed = fake.device.createBuffer({ byteLength: 16 });
    freed.fill(0);
    freed.destroy();
    kept.fill(1, undefined, { stream: other });
    fake.binding.runStream(otherHandle);
    expect(fake.binding.pendingOperations(otherHandle)).toEqual([]);
    fake.binding.drain();
  });

  it('frees after the work of a stream that was destroyed first', () => {
    const fake = stepped();
    const stream = fake.device.createStream();
    const handle = fake.binding.streams[3]!;
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    launchOn(stream, buffer);
    stream.destroy();
    buffer.destroy();
    fake.binding.runStream(fake.allocationStream);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(true);
    fake.binding.runStream(handle);
    fake.binding.drain();
    expect(fake.binding.memory.liveCount).toBe(0);
    expect(() => buffer.fill(0, undefined, { stream })).toThrow(/destroyed/);
  });

  // Pitfall: memory collected while a kernel uses it.
  it('frees collected buffers', async () => {
    const fake = fakeCudaDevice();
    const collect = (globalThis as { gc?: () => void }).gc ?? (await exposeGc());
    (() => fake.device.createBuffer({ byteLength: 16 }).fill(1))();
    for (let turn = 0; turn < 20 && fake.binding.memory.liveCount > 0; turn++) {
      collect();
      await nextTurn();
    }
    expect(fake.binding.memory.liveCount).toBe(0);
  });

  // Pitfall: memory collected while a kernel uses it.
  it('holds the owner of foreign memory until queued work is through, and frees nothing', () => {
    const fake = stepped();
    const pointer = BigInt(fake.binding.memory.promise(64));
    fake.binding.memory.commit(Number(pointer));
    const buffer = fake.device.fromPointer({ pointer, byteLength: 64, owner: {} });
    expect(buffer.pointer).toBe(pointer);
    buffer.fill(4);
    buffer.destroy();
    expect(fake.binding.count('eventWait')).toBe(1);
    fake.binding.drain();
    expect(fake.binding.count('memoryFree')).toBe(0);
    expect([...fake.binding.memory.at(Number(pointer), 1)]).toEqual([4]);
    for (const bad of [0n, -1n, 2n ** 53n]) {
      expect(() => fake.device.fromPointer({ pointer: bad, byteLength: 64, owner: null })).toThrow(/pointer/);
    }
  });

  it('holds the owner of foreign memory for the work of a stream that was destroyed since', () => {
    const fake = stepped();
    const pointer = BigInt(fake.binding.memory.promise(64));
    fake.binding.memory.commit(Number(pointer));
    const buffer = fake.device.fromPointer({ pointer, byteLength: 64, owner: {} });
    const first = fake.device.createStream();
    buffer.fill(1, undefined, { stream: first });
    first.destroy();
    buffer.fill(2);
    buffer.destroy();
    expect(fake.binding.count('eventWait')).toBe(2);
    expect(fake.binding.pendingOperations(fake.reclaimStream).map(({ kind }) => kind)).toEqual([
      'wait',
      'record',
    ]);
    fake.binding.drain();
  });

  it('holds the owner of foreign memory until queued work is through when the device is destroyed', () => {
    const fake = stepped();
    const pointer = BigInt(fake.binding.memory.promise(64));
    fake.binding.memory.commit(Number(pointer));
    fake.device.fromPointer({ pointer, byteLength: 64, owner: {} }).fill(1);
    fake.device.destroy();
    expect(fake.binding.count('eventWait')).toBe(1);
    fake.binding.drain();
  });

  it('lets the owner of foreign memory go, whatever launches were prepared', async () => {
    const { binding, device } = fakeCudaDevice();
    const collect = (globalThis as { gc?: () => void }).gc ?? (await exposeGc());
    const pointer = BigInt(binding.memory.promise(64));
    binding.memory.commit(Number(pointer));
    let owner: object | undefined = {};
    const held = new WeakRef(owner);
    const buffer = device.fromPointer({ pointer, byteLength: 64, owner });
    owner = undefined;
    const prepared = device.kernel(anyKernel).prepare!({
      grid: [1, 1, 1],
      block: [1, 1, 1],
      arguments: [{ type: 'address', buffer, byteOffset: 0 }],
    });
    prepared.launch();
    collect();
    expect(held.deref()).toBeDefined();
    buffer.destroy();
    for (let turn = 0; turn < 20 && held.deref() !== undefined; turn++) {
      await nextTurn();
      collect();
    }
    expect(held.deref()).toBeUndefined();
    expect(() => prepared.launch()).toThrow(/live buffers/);
  });

  it('lets queued frees finish before it reports that memory is out', () => {
    const fake = stepped();
    const old = fake.device.createBuffer({ byteLength: 16 });
    old.fill(0);
    fake.binding.drain();
    old.destroy();
    expect(fake.binding.memory.isLive(Number(old.pointer))).toBe(true);
    fake.binding.failNext('memoryAllocate', 'CUDA_ERROR_OUT_OF_MEMORY');
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    expect(fake.binding.memory.isLive(Number(old.pointer))).toBe(false);
    buffer.fill(1);
    fake.binding.drain();
  });
});

describe('captures', () => {
  it('needs no wait inside, for buffers from before and from within', () => {
    const fake = stepped();
    const before = fake.device.createBuffer({ byteLength: 16 });
    let within: DeviceBuffer | undefined;
    const graph = fake.device.defaultStream.capture(() => {
      before.fill(1);
      within = fake.device.createBuffer({ byteLength: 16 });
      within.fill(2);
      within.fill(2);
    });
    expect(fake.binding.count('streamSynchronize')).toBe(1);
    graph.launch();
    const elsewhere = fake.device.createStream();
    graph.launch({ stream: elsewhere });
    fake.binding.drain();
    expect([...fake.binding.memory.at(Number(within!.pointer), 1)]).toEqual([2]);
  });

  it('makes a stream that launches a graph wait for its buffers', () => {
    const fake = stepped();
    const stream = fake.device.createStream();
    const handle = fake.binding.streams[3]!;
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(1));
    graph.launch({ stream });
    expect(waitsOn(fake, handle)).toBe(1);
    fake.binding.runStream(handle);
    expect(fake.binding.pendingOperations(handle).length).toBeGreaterThan(0);
    fake.binding.drain();
  });

  it('keeps a destroyed buffer while a graph uses it, and frees it after the graph’s last launch', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const address = Number(buffer.pointer);
    const graph = fake.device.defaultStream.capture(() => buffer.fill(9));
    buffer.destroy();
    fake.binding.drain();
    expect(fake.binding.memory.isLive(address)).toBe(true);
    graph.launch();
    graph.destroy();
    graph.destroy();
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(address)).toBe(true);
    fake.binding.drain();
    expect(fake.binding.memory.isLive(address)).toBe(false);
    expect(() => graph.launch()).toThrow(/destroyed/);
  });

  it('frees a buffer destroyed during a capture after the work from before it', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    buffer.fill(1);
    fake.device.defaultStream.capture(() => buffer.destroy());
    fake.binding.runStream(fake.allocationStream);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(true);
    fake.binding.drain();
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(false);
  });

  it('drops everything when the callback throws', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const stream = fake.device.defaultStream;
    expect(() =>
      stream.capture(() => {
        buffer.fill(1);
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(stream.capturing).toBe(false);
    expect(fake.binding.count('streamAbortCapture')).toBe(1);
    buffer.destroy();
    fake.binding.drain();
    expect(fake.binding.memory.liveCount).toBe(0);
  });

  it('refuses an async callback, whose later work would run at once', () => {
    const { device, binding } = stepped();
    const buffer = device.createBuffer({ byteLength: 16 });
    const late = async () => {
      await nextTurn();
      buffer.fill(1);
    };
    expect(() => device.defaultStream.capture(late)).toThrow(/async/);
    expect(device.defaultStream.capturing).toBe(false);
    expect(binding.count('streamAbortCapture')).toBe(1);
    binding.drain();
  });

  it('refuses what a graph cannot hold', () => {
    const fake = stepped();
    const { device } = fake;
    const stream = device.createStream();
    const buffer = device.createBuffer({ byteLength: 16 });
    const empty = stream.capture(() => {});
    const event = device.defaultStream.record();
    const forbidden = [
      () => buffer.write(new Uint8Array(1), 0, { stream }),
      () => buffer.readSync(0, 1, { stream }),
      () => stream.record(),
      () => stream.waitFor(event),
      () => stream.synchronizeSync(),
      () => stream.destroy(),
      () => device.synchronizeSync(),
      () => device.destroy(),
      () => empty.launch({ stream }),
      () => stream.capture(() => {}),
    ];
    for (const call of forbidden) expect(() => stream.capture(call)).toThrow(/capture in progress/);
    fake.binding.drain();
  });
});

describe('replays', () => {
  /** The driver's calls that `run` makes. */
  function callsOf({ binding }: ReturnType<typeof stepped>, run: () => void): string[] {
    const before = binding.calls.length;
    run();
    return binding.calls.slice(before);
  }

  it('come right after the record before them, and make no other call of the driver', () => {
    const fake = stepped();
    const stream = fake.device.defaultStream;
    const buffers = Array.from({ length: 5 }, () => fake.device.createBuffer({ byteLength: 16 }));
    const graph = stream.capture(() => {
      for (const buffer of buffers) buffer.fill(1);
    });
    for (let replay = 0; replay < 2; replay++) {
      const calls = callsOf(fake, () => {
        stream.record();
        graph.launch();
        stream.record();
      });
      const record = ['eventCreate', 'eventRecord'];
      expect(calls).toEqual([...record, 'graphLaunch', ...record]);
    }
    fake.binding.drain();
  });

  it('wait once, before the launch, for storages that are younger than what their stream has waited for', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(7));
    const stream = fake.device.createStream();
    const handle = fake.binding.streams[3]!;
    const launch = () => graph.launch({ stream });
    expect(callsOf(fake, launch)).toEqual(['streamWaitEvent', 'graphLaunch']);
    expect(fake.binding.pendingOperations(handle).map(({ kind }) => kind)).toEqual(['wait', 'work']);
    expect(callsOf(fake, launch)).toEqual(['graphLaunch']);

    fake.device.createBuffer({ byteLength: 16 });
    expect(callsOf(fake, launch)).toEqual(['graphLaunch']);
    fake.binding.drain();
    expect([...fake.binding.memory.at(Number(buffer.pointer), 1)]).toEqual([7]);
  });

  it('are waited for by the free of what they use, on every stream', () => {
    const fake = stepped();
    const streams = [fake.device.createStream(), fake.device.createStream()];
    const handles = fake.binding.streams.slice(3);
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(1));
    for (const stream of [...streams, ...streams]) graph.launch({ stream });
    buffer.destroy();
    graph.destroy();
    fake.binding.runStream(fake.allocationStream);
    fake.binding.runStream(fake.defaultStream);
    for (const handle of handles) {
      fake.binding.runStream(fake.reclaimStream);
      expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(true);
      fake.binding.runStream(handle);
    }
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(false);
  });

  it('are waited for when their stream is destroyed first, and when another one then replays', () => {
    const fake = stepped();
    const streams = [fake.device.createStream(), fake.device.createStream()];
    const [first, second] = fake.binding.streams.slice(3);
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(1));
    graph.launch({ stream: streams[0]! });
    streams[0]!.destroy();
    graph.launch({ stream: streams[1]! });
    buffer.destroy();
    graph.destroy();
    fake.binding.runStream(fake.allocationStream);
    for (const handle of [second!, first!]) {
      fake.binding.runStream(fake.reclaimStream);
      expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(true);
      fake.binding.runStream(handle);
    }
    fake.binding.drain();
    expect(fake.binding.memory.liveCount).toBe(0);
  });

  it('are waited for by the free of what a capture that lasts uses, too', () => {
    const fake = stepped();
    const { defaultStream } = fake.device;
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = defaultStream.capture(() => buffer.fill(1));
    graph.launch();
    defaultStream.capture(() => {
      buffer.destroy();
      graph.destroy();
    });
    fake.binding.runStream(fake.allocationStream);
    fake.binding.runStream(fake.reclaimStream);
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(true);
    fake.binding.drain();
    expect(fake.binding.memory.isLive(Number(buffer.pointer))).toBe(false);
  });

  it('hold the owners of foreign memory until they are through', () => {
    const fake = stepped();
    const pointer = BigInt(fake.binding.memory.promise(64));
    fake.binding.memory.commit(Number(pointer));
    const buffer = fake.device.fromPointer({ pointer, byteLength: 64, owner: {} });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(1));
    for (const stream of [fake.device.createStream(), fake.device.createStream()]) {
      graph.launch({ stream });
      graph.launch({ stream });
    }
    fake.device.destroy();
    expect(fake.binding.count('eventWait')).toBe(2);
    fake.binding.drain();
  });

  it('count as use of the memory when the driver reports a failure, which may be that of earlier work', () => {
    const fake = stepped();
    const buffer = fake.device.createBuffer({ byteLength: 16 });
    const graph = fake.device.defaultStream.capture(() => buffer.fill(1));
    const stream = fake.device.createStream();
    fake.binding.failNext('graphLaunch', 'CUDA_ERROR_INVALID_VALUE');
    expect(() => graph.launch({ stream })).toThrow(/INVALID_VALUE/);
    buffer.destroy();
    const waits = fake.binding.count('streamWaitEvent');
    graph.destroy();
    // For the allocation and for the stream.
    expect(fake.binding.count('streamWaitEvent') - waits).toBe(2);
    fake.binding.drain();
  });
});

describe('record', () => {
  it('leaves no event behind when it fails', () => {
    const { binding, device } = fakeCudaDevice();
    const live = binding.liveEvents;
    binding.failNext('eventRecord', 'CUDA_ERROR_INVALID_VALUE');
    expect(() => device.defaultStream.record()).toThrow(/INVALID_VALUE/);
    expect(binding.liveEvents).toBe(live);
    device.defaultStream.record().destroy();
    expect(binding.liveEvents).toBe(live);
  });
});

async function exposeGc(): Promise<() => void> {
  const { setFlagsFromString } = await import('node:v8');
  const { runInNewContext } = await import('node:vm');
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
