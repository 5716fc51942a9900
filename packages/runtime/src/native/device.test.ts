import { expect, it } from 'vitest';
import { describeNative, inChild, resultOf } from './testing/native-child.js';

describeNative('devices', () => {
  it('counts and describes without a context', async () => {
    const outcome = await inChild(
      ({ binding }) => {
        binding.initialize(true);
        binding.open();
        return { count: binding.deviceCount(), properties: binding.deviceProperties(1) };
      },
      { FAKE_CUDA_DEVICES: '2', FAKE_CUDA_NO_MEMORY_POOLS: '1' },
    );
    expect(outcome.result).toEqual({
      count: 2,
      properties: {
        name: 'Fake GPU 1',
        uuid: 'GPU-f0f1f2f3-f4f5-f6f7-f8f9-fafbfcfdfe01',
        computeMajor: 9,
        computeMinor: 0,
        multiprocessorCount: 132,
        sharedMemoryPerBlockOptinBytes: 232448,
        l2CacheBytes: 50 * 2 ** 20,
        totalMemoryBytes: 2 ** 30,
        clockKilohertz: 1980000,
        computeMode: 0,
        memoryPoolsSupported: false,
      },
    });
    expect(outcome.trace).toEqual([]);
  });

  it('gives the driver’s error for a device that is not there', async () => {
    const failure = await resultOf(({ binding, failure }) => {
      binding.initialize(true);
      binding.open();
      return failure(() => binding.deviceRetain(1));
    });
    expect(failure).toMatchObject({
      message: 'cuDeviceGet: invalid device ordinal',
      cuResult: 101,
      cuResultName: 'CUDA_ERROR_INVALID_DEVICE',
      cuCall: 'cuDeviceGet',
    });
  });

  // Pitfall: a function handle of one context used in another.
  it('uses two devices side by side', async () => {
    const result = await resultOf(
      (kit) => {
        const { binding } = kit;
        const first = kit.begin();
        const secondDevice = binding.deviceRetain(1);
        const secondStream = binding.streamCreate(secondDevice);
        binding.memoryAllocate(secondStream, 1024);
        const kernel = binding.kernelLoad(secondDevice, kit.image('fault'), 'entry');
        const bytes = kit.command({}, []);
        const crossed = kit.failure(() => binding.launch(kernel, first.stream, bytes, bytes.length));
        binding.deviceSynchronize(first.device);
        const info = [binding.deviceMemoryInfo(first.device), binding.deviceMemoryInfo(secondDevice)];
        return { crossed, used: info.map(({ freeBytes, totalBytes }) => totalBytes - freeBytes) };
      },
      { FAKE_CUDA_DEVICES: '2' },
    );
    expect(result.crossed).toMatchObject({ name: 'RangeError' });
    expect(result.crossed?.message).toContain('of one device');
    expect(result.used).toEqual([0, 1024]);
  });

  it('releases after the queued work, without blocking, and makes every handle of it stale', async () => {
    const outcome = await inChild(async (kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const other = binding.deviceRetain(0);
      const address = binding.memoryAllocate(stream, 4096);
      const pinned = binding.pinnedAllocate(device, 4096);
      const event = binding.eventCreate(device, false);
      const slow = kit.launch(device, stream, 'slow', [kit.scalar(4, 150)]);
      binding.copyToHost(stream, pinned.handle, 0, address, 4096);
      const destroyedStream = binding.streamCreate(device);
      kit.launch(device, destroyedStream, 'slow', [kit.scalar(4, 250)]);
      binding.streamDestroy(destroyedStream);

      const before = performance.now();
      binding.deviceRelease(device);
      const blockedMilliseconds = performance.now() - before;
      const used = () => {
        const { freeBytes, totalBytes } = binding.deviceMemoryInfo(other);
        return totalBytes - freeBytes;
      };
      const usedDuringWork = used();
      const bytes = kit.command({}, [kit.scalar(4, 1)]);
      const failures = [
        kit.failure(() => binding.streamSynchronize(stream)),
        kit.failure(() => binding.eventQuery(event)),
        kit.failure(() => binding.pinnedFree(pinned.handle)),
        kit.failure(() => binding.launch(slow, stream, bytes, bytes.length)),
        kit.failure(() => binding.deviceSynchronize(device)),
      ];
      const detached = pinned.memory.byteLength;
      await kit.sleep(200);
      const usedBeforeLastStreamEnds = used();
      await kit.sleep(200);
      return {
        blockedMilliseconds,
        usedDuringWork,
        usedBeforeLastStreamEnds,
        usedAfter: used(),
        failures,
        detached,
      };
    });
    const { result } = outcome;
    expect(result?.blockedMilliseconds).toBeLessThan(50);
    expect(result?.usedDuringWork).toBe(4096);
    expect(result?.usedBeforeLastStreamEnds).toBe(4096);
    expect(result?.usedAfter).toBe(0);
    expect(result?.detached).toBe(0);
    expect(result?.failures.map((failure) => failure?.message)).toEqual([
      'stale or foreign stream handle',
      'stale or foreign event handle',
      'stale or foreign pinned handle',
      'stale or foreign kernel handle',
      'stale or foreign device handle',
    ]);
    const release = outcome.trace.indexOf('cuDevicePrimaryCtxRelease 0');
    for (const call of ['cuMemFree', 'cuMemFreeHost', 'cuModuleUnload', 'cuMemPoolDestroy']) {
      expect(outcome.trace.indexOf(call)).toBeGreaterThan(-1);
      expect(outcome.trace.lastIndexOf(call)).toBeLessThan(release);
    }
    expect(outcome.exitCode).toBe(0);
  });
});
