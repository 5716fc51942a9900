import { describe, expect, it } from 'vitest';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { Launch } from '../device/kernel.js';
import { anyKernel, fakeCudaDevice } from '../testing/fake-cuda-device.js';

const stepped = () => fakeCudaDevice({ runsAtOnce: false });

function launchOn(...buffers: readonly DeviceBuffer[]): Launch {
  return {
    grid: [4, 1, 1],
    block: [32, 1, 1],
    cluster: [2, 1, 1],
    dependentLaunch: true,
    arguments: [
      ...buffers.map((buffer) => ({ type: 'address', buffer, byteOffset: 8 }) as const),
      { type: 'int64', value: -5 },
    ],
  };
}

describe('a prepared launch', () => {
  it('is the launch, any number of times', () => {
    const { binding, device } = fakeCudaDevice();
    const buffers = [device.createBuffer({ byteLength: 16 }), device.createBuffer({ byteLength: 16 })];
    const kernel = device.kernel(anyKernel);
    const prepared = kernel.prepare!(launchOn(...buffers));
    kernel.launch(launchOn(buffers[1]!));
    prepared.launch();
    prepared.launch(device.createStream());
    kernel.launch(launchOn(...buffers));
    const [, first, second, plain] = binding.launches;
    expect(first!.command).toEqual(plain!.command);
    expect(second!.command).toEqual(plain!.command);
    expect(second!.stream).not.toBe(first!.stream);
  });

  it('is checked when it is prepared', () => {
    const { device } = fakeCudaDevice();
    const buffer = device.createBuffer({ byteLength: 4 });
    const kernel = device.kernel(anyKernel);
    expect(() => kernel.prepare!(launchOn(buffer))).toThrow(/byte offset/);
    expect(() => kernel.prepare!({ ...launchOn(), grid: [0, 1, 1] })).toThrow(/grid/);
  });

  it('comes after the allocation and before the free, on every stream', () => {
    const { binding, device, allocationStream, reclaimStream } = stepped();
    const buffer = device.createBuffer({ byteLength: 16 });
    const address = Number(buffer.pointer);
    const prepared = device.kernel(anyKernel).prepare!(launchOn(buffer, buffer));
    const streams = [device.createStream(), device.createStream()];
    const handles = binding.streams.slice(3);
    for (const stream of streams) prepared.launch(stream);
    for (const handle of handles) {
      expect(binding.pendingOperations(handle).map(({ kind }) => kind)).toEqual(['wait', 'work']);
    }
    const calls = binding.calls.length;
    prepared.launch(streams[0]);
    expect(binding.calls.slice(calls)).toEqual(['launch']);
    buffer.destroy();
    binding.runStream(allocationStream);
    for (const handle of handles) {
      binding.runStream(reclaimStream);
      expect(binding.memory.isLive(address)).toBe(true);
      binding.runStream(handle);
    }
    binding.drain();
    expect(binding.memory.isLive(address)).toBe(false);
  });

  it('is held by a graph that captured it', () => {
    const { binding, device } = fakeCudaDevice();
    const buffer = device.createBuffer({ byteLength: 16 });
    const prepared = device.kernel(anyKernel).prepare!(launchOn(buffer));
    const graph = device.defaultStream.capture(() => prepared.launch());
    buffer.destroy();
    expect(binding.memory.liveCount).toBe(1);
    graph.launch();
    graph.destroy();
    expect(binding.memory.liveCount).toBe(0);
  });

  it('is refused once memory is freed, the stream destroyed or the device gone', () => {
    const { binding, device } = fakeCudaDevice();
    const [gone, live] = [device.createBuffer({ byteLength: 16 }), device.createBuffer({ byteLength: 16 })];
    const kernel = device.kernel(anyKernel);
    const onGone = kernel.prepare!(launchOn(live, gone));
    const onLive = kernel.prepare!(launchOn(live));
    gone.destroy();
    expect(() => onGone.launch()).toThrow(/live buffers/);
    const stream = device.createStream();
    stream.destroy();
    expect(() => onLive.launch(stream)).toThrow(/destroyed/);
    expect(() => onLive.launch(fakeCudaDevice().device.defaultStream)).toThrow(/another device/);
    device.destroy();
    expect(() => onLive.launch()).toThrow(/live device/);
    expect(binding.launches).toEqual([]);
  });
});
