import { expect, it } from 'vitest';
import { describeNative, inChild } from './testing/native-child.js';

describeNative('a kernel that faults', () => {
  // Pitfall: a native failure aborts the process.
  it('makes every later call throw a typed error, and the process still exits as it would', async () => {
    const outcome = await inChild(async (kit) => {
      const { binding, failure, scalar } = kit;
      const { device, stream } = kit.begin();
      const pinned = binding.pinnedAllocate(device, 64);
      const address = binding.memoryAllocate(stream, 64);
      const event = binding.eventCreate(device, false);
      const slow = kit.launch(device, stream, 'slow', [scalar(4, 20)]);
      kit.launch(device, stream, 'fault', []);
      binding.eventRecord(event, stream);
      const waited = await kit.wait(event).then(
        () => undefined,
        (error: unknown) => kit.describeError(error),
      );
      const bytes = kit.command({}, [scalar(4, 1)]);
      const failures = {
        waited,
        streamSynchronize: failure(() => binding.streamSynchronize(stream)),
        deviceSynchronize: failure(() => binding.deviceSynchronize(device)),
        deviceMemoryInfo: failure(() => binding.deviceMemoryInfo(device)),
        streamCreate: failure(() => binding.streamCreate(device)),
        streamWaitEvent: failure(() => binding.streamWaitEvent(stream, event)),
        streamBeginCapture: failure(() => binding.streamBeginCapture(stream)),
        eventCreate: failure(() => binding.eventCreate(device, true)),
        eventRecord: failure(() => binding.eventRecord(event, stream)),
        eventQuery: failure(() => binding.eventQuery(event)),
        eventSynchronize: failure(() => binding.eventSynchronize(event)),
        memoryAllocate: failure(() => binding.memoryAllocate(stream, 8)),
        memoryFree: failure(() => binding.memoryFree(stream, address)),
        memorySet2d: failure(() => binding.memorySet2d(stream, address, 8, 0, 8, 1)),
        memoryCopy2d: failure(() => binding.memoryCopy2d(stream, address, 8, address, 8, 8, 1)),
        pinnedAllocate: failure(() => binding.pinnedAllocate(device, 8)),
        copyToDevice: failure(() => binding.copyToDevice(stream, address, pinned.handle, 0, 8)),
        copyToHost: failure(() => binding.copyToHost(stream, pinned.handle, 0, address, 8)),
        kernelLoad: failure(() => binding.kernelLoad(device, kit.image('slow'), 'entry')),
        launch: failure(() => binding.launch(slow, stream, bytes, bytes.length)),
      };
      const destroyed = [
        failure(() => binding.eventDestroy(event)),
        failure(() => binding.kernelUnload(slow)),
        failure(() => binding.pinnedFree(pinned.handle)),
        failure(() => binding.streamDestroy(stream)),
        failure(() => binding.deviceRelease(device)),
      ];
      return { failures, destroyed };
    });
    expect(outcome).toMatchObject({ exitCode: 0, signal: null, stderr: '', error: undefined });
    for (const failure of Object.values(outcome.result?.failures ?? {})) {
      expect(failure).toMatchObject({
        name: 'Error',
        message: expect.stringContaining('an illegal memory access was encountered'),
        cuResult: 700,
        cuResultName: 'CUDA_ERROR_ILLEGAL_ADDRESS',
        cuCall: expect.stringMatching(/^cu[A-Z]/),
      });
    }
    expect(Object.keys(outcome.result?.failures ?? {})).toHaveLength(20);
    expect(outcome.result?.destroyed).toEqual([null, null, null, null, null]);
    expect(outcome.trace).toContain('cuDevicePrimaryCtxRelease 0');
  });

  it('stays on its own device', async () => {
    const outcome = await inChild(
      async (kit) => {
        const { binding } = kit;
        const { device, stream } = kit.begin();
        const other = binding.deviceRetain(1);
        const otherStream = binding.streamCreate(other);
        kit.launch(device, stream, 'fault', []);
        const failure = kit.failure(() => binding.streamSynchronize(stream));
        kit.launch(other, otherStream, 'slow', [kit.scalar(4, 10)]);
        const event = binding.eventCreate(other, false);
        binding.eventRecord(event, otherStream);
        await kit.wait(event);
        return failure?.cuResultName;
      },
      { FAKE_CUDA_DEVICES: '2' },
    );
    expect(outcome).toMatchObject({ result: 'CUDA_ERROR_ILLEGAL_ADDRESS', error: undefined, exitCode: 0 });
  });
});
