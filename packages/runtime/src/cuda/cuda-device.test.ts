import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { DgError, DgValidationError, KERNEL_CHANNEL } from '@dg/jit';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DeviceBuffer } from '../device/device-buffer.js';
import { DgDriverError } from '../errors/dg-driver-error.js';
import { DgOutOfMemoryError } from '../errors/dg-out-of-memory-error.js';
import type { StreamHandle } from '../native/binding.js';
import { FakeBinding } from '../testing/fake-binding.js';
import { anyKernel, fakeCudaDevice } from '../testing/fake-cuda-device.js';
import { nativeError } from '../testing/fake-native-error.js';
import { CudaDevice } from './cuda-device.js';
import { cudaArchitecture } from './cuda-properties.js';
import { stagingChunkBytes } from './staging-pool.js';

const stepped = () => fakeCudaDevice({ runsAtOnce: false });

describe('cuda properties', () => {
  it('names the compiler target', () => {
    expect([cudaArchitecture(9, 0), cudaArchitecture(10, 0)]).toEqual(['sm_90a', 'sm_100a']);
    expect([cudaArchitecture(8, 9), cudaArchitecture(12, 0)]).toEqual(['sm_89', 'sm_120']);
    const { device } = fakeCudaDevice();
    expect(device.properties).toMatchObject({
      model: 'Fake Hopper',
      clockMegahertz: 1980,
      architecture: 'sm_90a',
    });
    expect(device.name).toBe('cuda:0');
  });
});

describe('staged transfers', () => {
  it('copies host data before write returns', async () => {
    const { device, binding } = stepped();
    const buffer = device.createBuffer({ byteLength: 4 });
    const data = new Uint8Array([1, 2, 3, 4]);
    buffer.write(data);
    data.fill(0);
    const read = buffer.read(1, 2);
    buffer.fill(9);
    binding.drain();
    expect([...(await read)]).toEqual([2, 3]);
  });

  it('reuses a block only after its copy', () => {
    const { device, binding, defaultStream } = stepped();
    const buffer = device.createBuffer({ byteLength: 2 });
    buffer.write(new Uint8Array([1]), 0);
    buffer.write(new Uint8Array([2]), 1);
    expect(binding.pinnedCount).toBe(2);
    binding.drain();
    expect([...binding.memory.at(Number(buffer.pointer), 2)]).toEqual([1, 2]);
    buffer.write(new Uint8Array([3]));
    expect(binding.pinnedCount).toBe(2);
    expect(binding.pendingOperations(defaultStream).length).toBe(2);
    binding.drain();
  });

  it('cuts big writes and reads into chunks, two in flight', async () => {
    const { device, binding } = stepped();
    const byteLength = 3 * stagingChunkBytes + 5;
    const buffer = device.createBuffer({ byteLength });
    const data = new Uint8Array(byteLength);
    for (let chunk = 0; chunk < 4; chunk++) data.fill(chunk + 1, chunk * stagingChunkBytes);
    buffer.write(data);
    expect(binding.count('eventSynchronize')).toBe(1);
    expect(binding.pinnedCount).toBe(3);
    const reading = buffer.read();
    buffer.fill(0);
    binding.drain();
    expect(Buffer.compare(await reading, data)).toBe(0);
    // The read had to hold four blocks; what is above the pool's share is given back.
    expect(binding.pinnedCount).toBeLessThanOrEqual(4);
    buffer.write(data);
    expect(Buffer.compare(buffer.readSync(), data)).toBe(0);
    binding.drain();
  });

  it('gives blocks back when a read runs out of page-locked memory half way', async () => {
    for (const read of [
      async (buffer: DeviceBuffer) => buffer.readSync(),
      (buffer: DeviceBuffer) => buffer.read(),
    ]) {
      const { device, binding } = fakeCudaDevice();
      const buffer = device.createBuffer({ byteLength: 2 * stagingChunkBytes });
      buffer.write(new Uint8Array(stagingChunkBytes));
      binding.failNext('pinnedAllocate', 'CUDA_ERROR_OUT_OF_MEMORY');
      await expect(read(buffer)).rejects.toThrow(DgOutOfMemoryError);
      buffer.write(new Uint8Array(stagingChunkBytes));
      expect(binding.pinnedCount).toBe(1);
    }
  });

  it('gives blocks back when a copy cannot be queued', () => {
    const { device, binding } = stepped();
    const buffer = device.createBuffer({ byteLength: 4 });
    binding.failNext('copyToDevice', 'CUDA_ERROR_INVALID_VALUE');
    expect(() => buffer.write(new Uint8Array(4))).toThrow(DgDriverError);
    buffer.write(new Uint8Array(4));
    expect(binding.pinnedCount).toBe(1);
    binding.drain();
  });

  it('fills and copies rows whose pitch the driver cannot take one by one', () => {
    const calls = vi.spyOn(FakeBinding.prototype, 'memorySet2d');
    const { device, binding } = stepped();
    const pitchBytes = 2 ** 31;
    const address = binding.memory.promise(16);
    const far = device.fromPointer({ pointer: BigInt(address), byteLength: 2 ** 33, owner: undefined });
    far.fill(1, { byteOffset: 4, rowBytes: 8, rows: 3, pitchBytes });
    expect(calls.mock.calls.map((call) => call.slice(1))).toEqual([
      [address + 4, 8, 1, 8, 1],
      [address + 4 + pitchBytes, 8, 1, 8, 1],
      [address + 4 + 2 * pitchBytes, 8, 1, 8, 1],
    ]);
  });
});

describe('waiting', () => {
  it('never blocks in synchronize, and waits for every stream', async () => {
    const { device, binding, defaultStream, allocationStream, reclaimStream } = stepped();
    const other = device.createStream();
    const otherHandle = binding.streams[3]!;
    const buffer = device.createBuffer({ byteLength: 4 });
    buffer.fill(1);
    buffer.fill(2, undefined, { stream: other });
    let done = false;
    const waiting = device.synchronize().then(() => {
      done = true;
    });
    binding.runStream(allocationStream);
    binding.runStream(defaultStream);
    await new Promise(setImmediate);
    expect(done).toBe(false);
    binding.runStream(otherHandle);
    binding.runStream(reclaimStream);
    await waiting;
    expect(binding.count('streamSynchronize') + binding.count('eventSynchronize')).toBe(0);
  });

  it('waits for the work of a stream that was destroyed first', async () => {
    const { device, binding, defaultStream, allocationStream, reclaimStream } = stepped();
    const gone = device.createStream();
    const goneHandle = binding.streams[3]!;
    device.createBuffer({ byteLength: 4 }).fill(1, undefined, { stream: gone });
    gone.destroy();
    let done = false;
    const waiting = device.synchronize().then(() => {
      done = true;
    });
    for (const stream of [allocationStream, defaultStream, reclaimStream]) binding.runStream(stream);
    await new Promise(setImmediate);
    expect(done).toBe(false);
    binding.runStream(goneHandle);
    binding.runStream(reclaimStream);
    await waiting;
  });

  it('records events, waits for them across streams, and times them', async () => {
    const { device, binding, defaultStream } = stepped();
    const other = device.createStream();
    const otherHandle = binding.streams[3]!;
    const start = device.defaultStream.record();
    const end = device.defaultStream.record();
    other.waitFor(end);
    const buffer = device.createBuffer({ byteLength: 1 });
    buffer.fill(1, undefined, { stream: other });
    expect(end.complete).toBe(false);
    expect(() => end.elapsedSince(start)).toThrow(/complete/);
    binding.runStream(otherHandle);
    expect(binding.pendingOperations(otherHandle).length).toBe(3);
    const waiting = end.synchronize();
    binding.runStream(defaultStream);
    await waiting;
    expect(end.elapsedSince(start)).toBe(1);
    end.destroy();
    expect(() => end.complete).toThrow(/destroyed/);
    expect(() => other.waitFor(end)).toThrow(/destroyed/);
    expect(() => other.waitFor(fakeCudaDevice().device.defaultStream.record())).toThrow(DgValidationError);
    binding.drain();
  });

  it('leaves no event behind', async () => {
    const fake = fakeCudaDevice();
    const before = fake.binding.liveEvents;
    await fake.device.defaultStream.synchronize();
    const stream = fake.device.createStream();
    stream.record().destroy();
    await stream.synchronize();
    stream.destroy();
    expect(fake.binding.liveEvents).toBe(before);
  });
});

describe('kernels', () => {
  it('are compiled and loaded once per source', async () => {
    const { device, compiler, binding } = fakeCudaDevice();
    const kernel = device.kernel(anyKernel);
    expect(device.kernel({ ...anyKernel })).toBe(kernel);
    expect(await device.prepareKernel(anyKernel)).toBe(kernel);
    expect(compiler.compiled).toBe(1);
    const [first, second] = await Promise.all([
      device.prepareKernel({ ...anyKernel, code: 'x' }),
      device.prepareKernel({ ...anyKernel, code: 'x' }),
    ]);
    expect(first).toBe(second);
    expect(device.kernel({ ...anyKernel, code: 'x' })).toBe(first);
    expect(device.kernel({ ...anyKernel, flags: ['-G'] })).not.toBe(kernel);
    expect(compiler.compiled).toBe(3);
    expect(binding.count('kernelLoad')).toBe(3);
  });

  it('tell the channel when they are loaded, once each, and when they cannot be', async () => {
    const told: unknown[] = [];
    const listener = (event: unknown) => void told.push(event);
    subscribe(KERNEL_CHANNEL, listener);
    onTestFinished(() => void unsubscribe(KERNEL_CHANNEL, listener));
    const { device, binding } = fakeCudaDevice();
    device.kernel(anyKernel);
    device.kernel({ ...anyKernel });
    const other = { ...anyKernel, name: 'other-kernel' };
    binding.failNext('kernelLoad', 'CUDA_ERROR_NO_BINARY_FOR_GPU');
    const error = await device.prepareKernel(other).catch((reason: unknown) => reason);
    await device.prepareKernel(other);
    device.kernel(other);

    const about = { entry: 'any', architecture: 'sm_90a', output: 'cubin', device: 'cuda:0', cached: false };
    const milliseconds = expect.any(Number);
    const prepared = { ...about, name: 'other-kernel', cause: 'prepared', milliseconds };
    expect(error).toBeInstanceOf(DgDriverError);
    expect(told).toStrictEqual([
      { type: 'module-load', ...about, name: 'any-kernel', key: '1', cause: 'first-use', milliseconds },
      { type: 'module-load-failed', ...prepared, key: '2', error },
      { type: 'module-load', ...prepared, key: '3' },
    ]);
  });

  it('are tried again after a failure', async () => {
    const { device, binding } = fakeCudaDevice();
    binding.failNext('kernelLoad', 'CUDA_ERROR_NO_BINARY_FOR_GPU');
    await expect(device.prepareKernel(anyKernel)).rejects.toThrow(/NO_BINARY_FOR_GPU/);
    expect((await device.prepareKernel(anyKernel)).name).toBe('any-kernel');
  });
});

describe('errors', () => {
  it('become typed errors with the CUresult, and leave the device usable', () => {
    const { device, binding } = fakeCudaDevice();
    binding.failNext('streamCreate', 'CUDA_ERROR_INVALID_VALUE');
    const error = thrownBy(() => device.createStream());
    expect(error).toBeInstanceOf(DgDriverError);
    expect(error).toMatchObject({
      result: 'CUDA_ERROR_INVALID_VALUE',
      call: 'streamCreate',
      code: 'DG_DRIVER_ERROR',
    });
    expect(() => device.createStream()).not.toThrow();
  });

  it('report memory that is out, and leave the device usable', () => {
    const { device, binding } = fakeCudaDevice();
    binding.memoryLimitBytes = 1000;
    const error = thrownBy(() => device.createBuffer({ byteLength: 1001 }));
    expect(error).toBeInstanceOf(DgOutOfMemoryError);
    expect(error).toMatchObject({ byteLength: 1001, message: expect.stringContaining('1001 bytes') });
    expect(() => device.createBuffer({ byteLength: 1000 })).not.toThrow();
  });

  it('let a failed eventRecord destroy its event', () => {
    const { device, binding } = fakeCudaDevice();
    const before = binding.liveEvents;
    binding.failNext('eventRecord', 'CUDA_ERROR_INVALID_VALUE');
    expect(() => device.defaultStream.record()).toThrow(DgDriverError);
    expect(binding.liveEvents).toBe(before);
  });
});

describe('a lost device', () => {
  it('names the first fault on every later call, and is silent to destroy', async () => {
    const { device, binding } = stepped();
    const stream = device.createStream();
    const buffer = device.createBuffer({ byteLength: 4 });
    const tensor = device.zeros([4], 'uint8');
    const kernel = device.kernel(anyKernel);
    const event = stream.record();
    const graph = stream.capture(() => buffer.fill(1, undefined, { stream }));
    const reading = buffer.read();
    binding.fault('CUDA_ERROR_ILLEGAL_ADDRESS');
    await expect(reading).rejects.toMatchObject({
      result: 'CUDA_ERROR_ILLEGAL_ADDRESS',
      call: 'cuEventQuery',
    });
    binding.fault('CUDA_ERROR_LAUNCH_FAILED');
    const reached = binding.calls.length;
    const calls: (() => unknown)[] = [
      () => buffer.fill(1),
      () => buffer.write(new Uint8Array(1)),
      () => buffer.readSync(),
      () => tensor.fillZero(),
      () => kernel.launch({ grid: [1, 1, 1], block: [1, 1, 1], arguments: [] }),
      () => graph.launch(),
      () => event.complete,
      () => event.synchronizeSync(),
      () => stream.record(),
      () => stream.synchronizeSync(),
      () => stream.capture(() => {}),
      () => device.createBuffer({ byteLength: 1 }),
      () => device.createStream(),
      () => device.kernel(anyKernel),
      () => device.synchronizeSync(),
    ];
    for (const call of calls) {
      const error = thrownBy(call);
      expect(error).toBeInstanceOf(DgDriverError);
      expect(error).toMatchObject({
        result: 'CUDA_ERROR_ILLEGAL_ADDRESS',
        call: 'cuEventQuery',
        message: expect.stringMatching(/cuda:0 was lost .*restart the process/),
      });
    }
    for (const wait of [device.synchronize(), stream.synchronize(), event.synchronize(), buffer.read()]) {
      await expect(wait).rejects.toBeInstanceOf(DgDriverError);
    }
    for (const thing of [graph, event, tensor, buffer, stream, device]) thing.destroy();
    expect(device.destroyed).toBe(true);
    expect(binding.calls.slice(reached)).toEqual(['deviceRelease']);
  });

  it.each(['CUDA_ERROR_LAUNCH_FAILED', 'CUDA_ERROR_MISALIGNED_ADDRESS', 'CUDA_ERROR_HARDWARE_STACK_ERROR'])(
    'is lost by %s',
    (fault) => {
      const { device, binding } = fakeCudaDevice();
      binding.failNext('streamSynchronize', fault);
      expect(() => device.synchronizeSync()).toThrow(/lost/);
      expect(() => device.synchronizeSync()).toThrow(/earlier fault/);
    },
  );
});

describe('destroying a device', () => {
  it('leaves nothing behind when its default stream cannot be made', () => {
    const binding = new FakeBinding();
    vi.spyOn(binding, 'streamCreate')
      .mockReturnValueOnce(1001 as StreamHandle)
      .mockReturnValueOnce(1002 as StreamHandle)
      .mockImplementationOnce(() => {
        throw nativeError('cuStreamCreate', 'CUDA_ERROR_OUT_OF_MEMORY');
      });
    expect(() => new CudaDevice(binding, 0)).toThrow(DgOutOfMemoryError);
    expect(binding.releasedDevices).toBe(1);
  });

  it('releases it natively once, and refuses all later work', () => {
    const { device, binding } = fakeCudaDevice();
    const buffer = device.createBuffer({ byteLength: 4 });
    const stream = device.createStream();
    device.destroy();
    device.destroy();
    buffer.destroy();
    stream.destroy();
    expect(binding.releasedDevices).toBe(1);
    expect([buffer.destroyed, stream.destroyed, device.defaultStream.destroyed]).toEqual([true, true, true]);
    expect(() => device.createBuffer({ byteLength: 1 })).toThrow(/destroyed/);
    expect(() => buffer.fill(0)).toThrow(/destroyed/);
    expect(binding.count('memoryFree')).toBe(0);
  });

  it('finishes reads that are under way first', async () => {
    const { device, binding } = stepped();
    const buffer = device.createBuffer({ byteLength: 2 });
    buffer.fill(6);
    const reading = buffer.read();
    device.destroy();
    expect(binding.releasedDevices).toBe(0);
    binding.drain();
    expect([...(await reading)]).toEqual([6, 6]);
    expect(binding.releasedDevices).toBe(1);
  });

  it('refuses to destroy the default stream', () => {
    expect(() => fakeCudaDevice().device.defaultStream.destroy()).toThrow(/default stream/);
  });
});

function thrownBy(call: () => unknown): DgError {
  try {
    call();
  } catch (error) {
    if (DgError.isInstance(error)) return error;
    throw error;
  }
  throw new Error(`nothing was thrown by ${call}`);
}
