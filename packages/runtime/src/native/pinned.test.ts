import { expect, it } from 'vitest';
import { describeNative, inChild, resultOf } from './testing/native-child.js';

const count = (trace: readonly string[], call: string) => trace.filter((line) => line === call).length;

describeNative('pinned memory', () => {
  it('is detached and freed once by pinnedFree, also when the ArrayBuffer is collected later', async () => {
    const outcome = await inChild(
      async (kit) => {
        const { binding } = kit;
        const { device } = kit.begin();
        const byteLength = (() => {
          const pinned = binding.pinnedAllocate(device, 4096);
          binding.pinnedFree(pinned.handle);
          return pinned.memory.byteLength;
        })();
        const freed = kit.trace().includes('cuMemFreeHost');
        for (let round = 0; round < 5; round++) {
          globalThis.gc?.();
          await kit.sleep(5);
        }
        return { byteLength, freed };
      },
      {},
      ['--expose-gc'],
    );
    expect(outcome.result).toEqual({ byteLength: 0, freed: true });
    expect(count(outcome.trace, 'cuMemFreeHost')).toBe(1);
  });

  it('is freed once when JavaScript drops it, and then its handle is stale', async () => {
    const outcome = await inChild(
      async (kit) => {
        const { binding } = kit;
        const { device } = kit.begin();
        const handles = Array.from({ length: 10 }, () => binding.pinnedAllocate(device, 4096).handle);
        for (let round = 0; round < 20; round++) {
          globalThis.gc?.();
          await kit.sleep(5);
        }
        return handles.map((handle) => kit.failure(() => binding.pinnedFree(handle))?.message);
      },
      {},
      ['--expose-gc'],
    );
    expect(outcome.result).toEqual(Array(10).fill('stale or foreign pinned handle'));
    expect(count(outcome.trace, 'cuMemHostAlloc')).toBe(10);
    expect(count(outcome.trace, 'cuMemFreeHost')).toBe(10);
    expect(outcome.exitCode).toBe(0);
  });

  it.each(['freed', 'dropped'])('outlives the copy that is queued when it is %s', async (how) => {
    const outcome = await inChild(
      async (kit) => {
        const { binding } = kit;
        const { device, stream } = kit.begin();
        const out = binding.memoryAllocate(stream, 64);
        kit.launch(device, stream, 'slow', [kit.scalar(4, 150)]);
        (() => {
          const { handle, memory } = binding.pinnedAllocate(device, 64);
          new Uint8Array(memory).fill(5);
          binding.copyToDevice(stream, out, handle, 0, 64);
          if (process.env['HOW'] === 'freed') binding.pinnedFree(handle);
        })();
        for (let round = 0; round < 5; round++) {
          globalThis.gc?.();
          await kit.sleep(5);
        }
        const during = kit.trace().includes('cuMemFreeHost');
        // Throws when the copy found the memory gone.
        binding.streamSynchronize(stream);
        await kit.sleep(50);
        return [during, kit.trace().includes('cuMemFreeHost')];
      },
      { HOW: how },
      ['--expose-gc'],
    );
    expect(outcome.error).toBeUndefined();
    expect(outcome.result).toEqual([false, true]);
  });

  it('keeps copies within its bounds', async () => {
    const failures = await resultOf((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const { handle } = binding.pinnedAllocate(device, 64);
      const address = binding.memoryAllocate(stream, 64);
      return [
        kit.failure(() => binding.copyToDevice(stream, address, handle, 1, 64)),
        kit.failure(() => binding.copyToHost(stream, handle, 65, address, 0)),
        kit.failure(() => binding.copyToHost(stream, handle, 0, address, 2 ** 53 - 1)),
        kit.failure(() => binding.copyToHost(stream, handle, 64, address, 0)),
        kit.failure(() => binding.pinnedAllocate(device, 0)),
        kit.failure(() => binding.pinnedAllocate(device, 2 ** 32)),
      ].map((failure) => failure?.name ?? 'none');
    });
    expect(failures).toEqual(['RangeError', 'RangeError', 'RangeError', 'none', 'RangeError', 'RangeError']);
  });
});
