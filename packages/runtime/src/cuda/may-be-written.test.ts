import { describe, expect, it } from 'vitest';
import type { DeviceBuffer } from '../device/device-buffer.js';
import type { KernelArgument, Launch } from '../device/kernel.js';
import type { Stream } from '../device/stream.js';
import { isDependentLaunch } from '../native/launch-command.js';
import { anyKernel, fakeCudaDevice } from '../testing/fake-cuda-device.js';
import { mostPendingWrites } from './pending-writes.js';

const bytes = { byteLength: 64 };

function launchOf(read: DeviceBuffer, written: DeviceBuffer, rest: Partial<Launch> = {}): Launch {
  const address = (buffer: DeviceBuffer): KernelArgument => ({ type: 'address', buffer, byteOffset: 0 });
  return {
    grid: [1, 1, 1],
    block: [32, 1, 1],
    dependentLaunch: true,
    arguments: [{ ...address(read), readOnly: true } as KernelArgument, address(written)],
    ...rest,
  };
}

function setUp() {
  const { binding, device } = fakeCudaDevice();
  const [read, written, other] = [
    device.createBuffer(bytes),
    device.createBuffer(bytes),
    device.createBuffer(bytes),
  ];
  const kernel = device.kernel(anyKernel);
  const pending = (stream?: Stream) =>
    [read, written, other].map((buffer) => buffer.mayBeWritten(stream === undefined ? {} : { stream }));
  return { binding, device, kernel, read, written, other, pending };
}

describe.each(['launched', 'prepared'])('what a kernel writes that is %s', (how) => {
  const launch = ({ kernel }: ReturnType<typeof setUp>, description: Launch) => {
    if (how === 'launched') kernel.launch(description);
    else kernel.prepare!(description).launch(description.stream);
  };

  it('may still be written, on its stream, until something waits for it', () => {
    const all = setUp();
    const { device, read, written, other, pending } = all;
    expect(pending()).toEqual([false, false, false]);
    launch(all, launchOf(read, written));
    launch(all, launchOf(read, other));
    expect(pending()).toEqual([false, true, true]);
    expect(pending(device.createStream())).toEqual([false, false, false]);
    launch(all, launchOf(read, other, { dependentLaunch: false }));
    expect(pending()).toEqual([false, false, true]);
  });

  it('is what a graph starts without', () => {
    const all = setUp();
    const { device, read, written, other, pending } = all;
    launch(all, launchOf(read, written));
    const graph = device.defaultStream.capture(() => {
      expect(pending()).toEqual([false, false, false]);
      launch(all, launchOf(read, other));
      expect(pending()).toEqual([false, false, true]);
    });
    expect(pending()).toEqual([false, true, false]);
    graph.launch();
    expect(pending()).toEqual([true, true, true]);
  });

  it('may be anything after the work of another stream, until a launch has waited for it', () => {
    const all = setUp();
    const { binding, device, read, written, pending } = all;
    device.defaultStream.waitFor(device.createStream().record());
    expect(pending()).toEqual([true, true, true]);
    launch(all, launchOf(read, written));
    expect(isDependentLaunch(binding.launches.at(-1)!.command)).toBe(false);
    expect(pending()).toEqual([false, true, false]);
  });

  it('is waited for where a graph was launched before, or too much would have to be remembered', () => {
    const all = setUp();
    const { binding, device, read, written, other, pending } = all;
    device.defaultStream.capture(() => {}).launch();
    const dependent = () => isDependentLaunch(binding.launches.at(-1)!.command);
    launch(all, launchOf(read, written));
    expect([dependent(), ...pending()]).toEqual([false, false, true, false]);
    for (let count = 1; count < mostPendingWrites; count++) {
      launch(all, launchOf(read, device.createBuffer(bytes)));
      expect(dependent()).toBe(true);
    }
    expect(pending()).toEqual([true, true, true]);
    launch(all, launchOf(read, other));
    expect([dependent(), ...pending()]).toEqual([false, false, false, true]);
    launch(all, launchOf(read, other));
    expect(dependent()).toBe(true);
  });
});

it.each<[string, (to: DeviceBuffer, from: DeviceBuffer) => void]>([
  ['written', (to) => to.write(new Uint8Array(8))],
  ['filled', (to) => to.fill(1)],
  [
    'copied to',
    (to, from) =>
      to.copyFrom(from, {
        sourceByteOffset: 0,
        sourcePitchBytes: 8,
        byteOffset: 0,
        pitchBytes: 8,
        rowBytes: 8,
        rows: 1,
      }),
  ],
])('a buffer that is %s may still be written, and nothing that was written before', (_, write) => {
  const { kernel, read, written, other, pending } = setUp();
  kernel.launch(launchOf(read, written));
  write(other, read);
  expect(pending()).toEqual([false, false, true]);
});

it('mayBeWritten refuses a destroyed buffer and a stream of another device', () => {
  const { device, read } = setUp();
  const stream = fakeCudaDevice().device.createStream();
  expect(() => read.mayBeWritten({ stream })).toThrow(/another device/);
  read.destroy();
  expect(() => read.mayBeWritten({ stream: device.defaultStream })).toThrow(/destroyed/);
});
