import { expect, it } from 'vitest';
import { describeNative, inChild } from './testing/native-child.js';

const count = (trace: readonly string[], call: string) => trace.filter((line) => line === call).length;

describeNative('worker threads', () => {
  // Pitfall: an addon that cannot be loaded in two workers.
  it('load the addon at the same time, each with handles of its own', async () => {
    const outcome = await inChild(async (kit) => {
      const main = kit.begin();
      const work = async (inner: typeof kit, argument: { ordinal: number; foreign: number }) => {
        const { binding, scalar } = inner;
        const { device, stream } = inner.begin();
        const foreign = inner.failure(() => binding.streamSynchronize(argument.foreign as never))?.message;
        const pinned = binding.pinnedAllocate(device, 256);
        const host = new Int32Array(pinned.memory).fill(argument.ordinal);
        const sum = binding.memoryAllocate(stream, 256);
        for (let round = 0; round < 50; round++) {
          binding.copyToDevice(stream, sum, pinned.handle, 0, 256);
          inner.launch(device, stream, 'add-int32', [
            scalar(8, sum),
            scalar(8, sum),
            scalar(8, sum),
            scalar(4, 64),
          ]);
          binding.copyToHost(stream, pinned.handle, 0, sum, 256);
          const event = binding.eventCreate(device, false);
          binding.eventRecord(event, stream);
          await inner.wait(event);
          binding.eventDestroy(event);
          if (host[63] !== argument.ordinal * 2) throw new Error(`got ${host[63]}`);
          host.fill(argument.ordinal);
        }
        return foreign;
      };
      const workers = await Promise.all(
        [1, 2].map((ordinal) => kit.inWorker(work, { ordinal, foreign: main.stream as number })),
      );
      kit.binding.streamSynchronize(main.stream);
      return workers;
    }, {});
    expect(outcome.error).toBeUndefined();
    expect(outcome.result).toEqual(
      [1, 2].map(() => ({ result: 'stale or foreign stream handle', exitCode: 0 })),
    );
    // The workers gave theirs back, the main thread did not.
    expect(count(outcome.trace, 'cuDevicePrimaryCtxRetain 0')).toBe(3);
    expect(count(outcome.trace, 'cuDevicePrimaryCtxRelease 0')).toBe(2);
    expect(count(outcome.trace, 'cuMemFreeHost')).toBe(2);
  });

  it('end with work in flight: it is finished, then everything is freed', async () => {
    const outcome = await inChild(async (kit) => {
      const main = kit.begin();
      const worker = await kit.inWorker((inner) => {
        const { binding } = inner;
        const { device, stream } = inner.begin();
        const address = binding.memoryAllocate(stream, 4096);
        const pinned = binding.pinnedAllocate(device, 4096);
        inner.launch(device, stream, 'slow', [inner.scalar(4, 100)]);
        binding.copyToHost(stream, pinned.handle, 0, address, 4096);
        const capturing = binding.streamCreate(device);
        binding.streamBeginCapture(capturing);
        const released = binding.deviceRetain(0);
        const releasedStream = binding.streamCreate(released);
        binding.memoryAllocate(releasedStream, 64);
        inner.launch(released, releasedStream, 'slow', [inner.scalar(4, 150)]);
        binding.deviceRelease(released);
        return true;
      }, undefined);
      const { freeBytes, totalBytes } = kit.binding.deviceMemoryInfo(main.device);
      return { worker, leakedBytes: totalBytes - freeBytes };
    });
    expect(outcome).toMatchObject({
      result: { worker: { result: true, exitCode: 0 }, leakedBytes: 0 },
      exitCode: 0,
      stderr: '',
    });
    expect(count(outcome.trace, 'cuDevicePrimaryCtxRelease 0')).toBe(2);
    expect(count(outcome.trace, 'cuMemFreeHost')).toBe(1);
    expect(count(outcome.trace, 'cuModuleUnload')).toBe(2);
    expect(count(outcome.trace, 'cuStreamDestroy')).toBe(3);
  });

  it('are terminated in the middle of waits and calls without taking the process along', async () => {
    const outcome = await inChild(async (kit) => {
      const exits = [];
      for (let round = 0; round < 20; round++) {
        const worker = await kit.inWorker(
          async (inner) => {
            const { binding } = inner;
            const { device, stream } = inner.begin();
            for (;;) {
              const event = binding.eventCreate(device, false);
              inner.launch(device, stream, 'slow', [inner.scalar(4, 1)]);
              binding.eventRecord(event, stream);
              inner.failure(() => binding.memoryFree(stream, 1));
              await Promise.race([inner.wait(event), inner.wait(event)]);
              binding.eventDestroy(event);
            }
          },
          undefined,
          { terminateAfter: 10 + round * 2 },
        );
        exits.push(worker.exitCode);
      }
      return exits;
    });
    expect(outcome).toMatchObject({ result: Array(20).fill(1), exitCode: 0, signal: null, stderr: '' });
  });

  it('end after a fault', async () => {
    const outcome = await inChild((kit) =>
      kit.inWorker((inner) => {
        const { device, stream } = inner.begin();
        inner.launch(device, stream, 'fault', []);
        return inner.failure(() => inner.binding.streamSynchronize(stream))?.cuResultName;
      }, undefined),
    );
    expect(outcome).toMatchObject({
      result: { result: 'CUDA_ERROR_ILLEGAL_ADDRESS', exitCode: 0 },
      exitCode: 0,
      stderr: '',
    });
    expect(outcome.trace).toContain('cuDevicePrimaryCtxRelease 0');
  });
});
