import { describe, expect, it } from 'vitest';
import { CpuDevice } from '../cpu/cpu-device.js';
import type { Device } from '../device/device.js';
import { Scratch } from '../device/scratch.js';
import type { Stream } from '../device/stream.js';
import type { Tensor } from '../tensor/tensor.js';
import { fakeCudaDevice } from '../testing/fake-cuda-device.js';
import { mostKeptBytes, withScratch } from './with-scratch.js';

/** A call that fills scratch memory. */
function call(stream: Stream, sizes: readonly number[] = [1000, 2000]): Tensor[] {
  return withScratch(stream, (scratch) => sizes.map((bytes) => filled(scratch, bytes, stream)));
}

function filled(scratch: Scratch, bytes: number, stream: Stream): Tensor {
  const tensor = scratch.tensor('uint8', [bytes], [1]);
  tensor.fillZero({ stream });
  return tensor;
}

describe('scratch memory', () => {
  it('lies apart in one buffer, which later calls on the stream get without a call of the driver', () => {
    const { binding, device } = fakeCudaDevice({ runsAtOnce: false });
    const stream = device.createStream();
    call(stream);
    const tensors = call(stream);
    expect(tensors[1]!.address - tensors[0]!.address).toBe(1024);
    const calls = binding.calls.length;
    expect(call(stream).map((tensor, index) => tensor === tensors[index])).toEqual([true, true]);
    const [short] = call(stream, [50]);
    expect([short!.address, short!.shape]).toEqual([tensors[0]!.address, [50]]);
    expect(binding.calls.slice(calls)).toEqual(['memorySet2d', 'memorySet2d', 'memorySet2d']);
    binding.drain();
  });

  it('grows with what a call takes, and frees what was too small after the work on it', () => {
    const { binding, device } = fakeCudaDevice({ runsAtOnce: false });
    const stream = device.createStream();
    call(stream);
    const large = 3 * 2 ** 20;
    call(stream, [large]);
    binding.drain();
    const allocations = binding.count('memoryAllocate');
    call(stream, [large]);
    call(stream, [4 * 2 ** 20]);
    expect(binding.count('memoryAllocate')).toBe(allocations);
    binding.drain();
    expect(binding.memory.liveCount).toBe(1);
  });

  it('is not kept past 64 MiB', () => {
    const { binding, device } = fakeCudaDevice();
    const stream = device.createStream();
    call(stream, [mostKeptBytes + 1]);
    expect(binding.memory.liveCount).toBe(0);
    call(stream, [mostKeptBytes]);
    expect(binding.memory.liveCount).toBe(1);
    call(stream, [mostKeptBytes, 1]);
    expect(binding.memory.liveCount).toBe(1);
  });

  it('belongs to one stream, and goes with it', () => {
    const { binding, device } = fakeCudaDevice();
    const streams = [device.createStream(), device.createStream()];
    for (const stream of streams) call(stream);
    const [first, second] = streams.map((stream) => call(stream)[0]!.buffer);
    expect(first).not.toBe(second);
    streams[0]!.destroy();
    expect([first!.destroyed, second!.destroyed]).toEqual([true, false]);
    expect(binding.memory.liveCount).toBe(1);
    expect(() => call(streams[0]!)).toThrow(/destroyed/);
    device.destroy();
    expect(() => call(streams[1]!)).toThrow(/destroyed/);
  });

  it('is freed after the work of its stream', () => {
    const { binding, device, allocationStream, reclaimStream } = fakeCudaDevice({ runsAtOnce: false });
    const stream = device.createStream();
    call(stream);
    call(stream);
    stream.destroy();
    binding.runStream(allocationStream);
    binding.runStream(reclaimStream);
    expect(binding.memory.liveCount).toBeGreaterThan(0);
    binding.drain();
    expect(binding.memory.liveCount).toBe(0);
  });

  it('is the graph’s own in a capture, and lives as long', () => {
    const { binding, device } = fakeCudaDevice();
    const stream = device.createStream();
    call(stream);
    const kept = call(stream)[0]!.buffer;
    let pieces: Tensor[] = [];
    const graph = stream.capture(() => {
      pieces = [...call(stream), ...call(stream)];
    });
    expect(new Set(pieces.map(({ buffer }) => buffer)).size).toBe(4);
    expect(pieces.map(({ buffer }) => buffer)).not.toContain(kept);
    expect(call(stream)[0]!.buffer).toBe(kept);
    graph.launch();
    expect(binding.memory.liveCount).toBe(5);
    graph.destroy();
    expect(binding.memory.liveCount).toBe(1);
  });

  it('is not given to a call within the call', () => {
    const { binding, device } = fakeCudaDevice();
    const stream = device.createStream();
    call(stream);
    withScratch(stream, (scratch) => {
      const outer = scratch.tensor('uint8', [16], [1]);
      expect(call(stream).map(({ buffer }) => buffer)).not.toContain(outer.buffer);
    });
    expect(binding.memory.liveCount).toBe(1);
  });

  it('is given up where memory is out, and where there is none to keep the call goes on', () => {
    const { binding, device } = fakeCudaDevice();
    const stream = device.createStream();
    call(stream);
    binding.failNext('memoryAllocate', 'CUDA_ERROR_OUT_OF_MEMORY');
    device.createBuffer({ byteLength: 16 });
    expect(binding.memory.liveCount).toBe(1);
    binding.memoryLimitBytes = 4096;
    call(stream);
    expect(binding.memory.liveCount).toBe(1);
  });

  it('is given back when the call fails', () => {
    const { binding, device } = fakeCudaDevice();
    const stream = device.createStream();
    const fail = () =>
      withScratch(stream, (scratch) => {
        scratch.tensor('uint8', [16], [1]);
        throw new Error('mine');
      });
    expect(fail).toThrow('mine');
    const kept = call(stream)[0]!.buffer;
    expect(fail).toThrow('mine');
    expect(call(stream)[0]!.buffer).toBe(kept);
    expect(binding.memory.liveCount).toBe(1);
  });

  it('has room for what is written past the elements', () => {
    const { device } = fakeCudaDevice();
    const kept = device.createBuffer({ byteLength: 4096 });
    for (const scratch of [new Scratch(device, kept), new Scratch(device)]) {
      const padded = scratch.tensor('float32', [3, 2], [1, 4], 32);
      expect(padded.buffer.byteLength).toBeGreaterThanOrEqual(padded.byteOffset + 32);
      scratch.tensor('uint8', [1], [1], 400);
      scratch.tensor('uint8', [1], [1]);
      expect(scratch.takenBytes).toBe(769);
    }
  });

  it('keeps few of the many views that calls may have of it', () => {
    const { device } = fakeCudaDevice();
    const sizes = Array.from({ length: 40 }, (_, index) => index + 1);
    for (const size of [...sizes, ...sizes]) {
      expect(call(device.defaultStream, [size])[0]!.shape).toEqual([size]);
    }
  });

  it('is not kept on other devices', () => {
    const device: Device = new CpuDevice();
    const pieces = call(device.defaultStream);
    expect(pieces.map(({ buffer }) => buffer.destroyed)).toEqual([true, true]);
  });
});
