import { expect, it } from 'vitest';
import { describeNative, resultOf } from './testing/native-child.js';

describeNative('memory', () => {
  it.each([{}, { FAKE_CUDA_NO_MEMORY_POOLS: '1' }])(
    'allocates, copies, sets and frees with %o',
    async (env) => {
      const result = await resultOf((kit) => {
        const { binding } = kit;
        const { device, stream } = kit.begin();
        const pinned = binding.pinnedAllocate(device, 256);
        const host = new Uint8Array(pinned.memory);
        for (let index = 0; index < 256; index++) host[index] = index;
        const a = binding.memoryAllocate(stream, 256);
        const b = binding.memoryAllocate(stream, 256);
        binding.copyToDevice(stream, a, pinned.handle, 0, 256);
        binding.memorySet2d(stream, b, 256, 7, 256, 1);
        // Three rows of 4 bytes, pitch 16 in a and 8 in b.
        binding.memoryCopy2d(stream, b + 3, 8, a + 1, 16, 4, 3);
        binding.memorySet2d(stream, b + 100, 10, 9, 2, 3);
        binding.memoryCopy2d(stream, b + 200, 5, a + 200, 5, 5, 4);
        binding.memorySet2d(stream, b, 0, 1, 0, 5);
        binding.copyToHost(stream, pinned.handle, 0, b, 256);
        binding.streamSynchronize(stream);
        binding.memoryFree(stream, a);
        binding.memoryFree(stream, b);
        const again = kit.failure(() => binding.memoryFree(stream, a));
        binding.streamSynchronize(stream);
        const { freeBytes, totalBytes } = binding.deviceMemoryInfo(device);
        return { bytes: [...host], leakedBytes: totalBytes - freeBytes, again };
      }, env);
      const expected = new Uint8Array(256).fill(7);
      for (let row = 0; row < 3; row++) {
        for (let byte = 0; byte < 4; byte++) expected[3 + row * 8 + byte] = 1 + row * 16 + byte;
        expected.fill(9, 100 + row * 10, 102 + row * 10);
      }
      for (let byte = 200; byte < 220; byte++) expected[byte] = byte;
      expect(result.bytes).toEqual([...expected]);
      expect(result.leakedBytes).toBe(0);
      expect(result.again?.message).toMatch(/^expected a live address of memoryAllocate/);
    },
  );

  it('takes one row of any pitch, which the two-dimensional calls of the driver would refuse', async () => {
    const refused = await resultOf((kit) => {
      const { binding } = kit;
      const { stream } = kit.begin();
      const pitchBytes = 2 ** 31;
      const [a, b] = [binding.memoryAllocate(stream, 64), binding.memoryAllocate(stream, 64)];
      const failures = [
        kit.failure(() => binding.memorySet2d(stream, a, pitchBytes, 1, 64, 1)),
        kit.failure(() => binding.memoryCopy2d(stream, b, pitchBytes, a, pitchBytes, 64, 1)),
        kit.failure(() => binding.memorySet2d(stream, a, pitchBytes, 1, 64, 2)),
      ];
      binding.streamSynchronize(stream);
      return failures;
    });
    expect(refused.map((failure) => failure?.cuCall)).toEqual([undefined, undefined, 'cuMemsetD2D8Async']);
  });

  it('gives an empty allocation an address of its own', async () => {
    const [a, b] = await resultOf((kit) => {
      const { stream } = kit.begin();
      return [kit.binding.memoryAllocate(stream, 0), kit.binding.memoryAllocate(stream, 0)];
    });
    expect(a).toBeGreaterThan(0);
    expect(b).not.toBe(a);
  });

  it('frees after the queued work that uses the memory', async () => {
    const used = await resultOf((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const address = binding.memoryAllocate(stream, 4096);
      kit.launch(device, stream, 'slow', [kit.scalar(4, 100)]);
      binding.memorySet2d(stream, address, 4096, 1, 4096, 1);
      binding.memoryFree(stream, address);
      const used = () => {
        const { freeBytes, totalBytes } = binding.deviceMemoryInfo(device);
        return totalBytes - freeBytes;
      };
      const during = used();
      binding.streamSynchronize(stream);
      return [during, used()];
    });
    expect(used).toEqual([4096, 0]);
  });

  it('turns a lack of memory into a typed error, after which smaller requests succeed', async () => {
    const result = await resultOf(
      (kit) => {
        const { device, stream } = kit.begin();
        const failures = [
          kit.failure(() => kit.binding.memoryAllocate(stream, 2 ** 21)),
          kit.failure(() => kit.binding.pinnedAllocate(device, 2 ** 21)),
        ];
        return { failures, address: kit.binding.memoryAllocate(stream, 2 ** 19) };
      },
      { FAKE_CUDA_MEMORY_LIMIT_BYTES: String(2 ** 20) },
    );
    expect(result.failures).toMatchObject([
      { cuResultName: 'CUDA_ERROR_OUT_OF_MEMORY', cuCall: 'cuMemAllocFromPoolAsync' },
      { cuResultName: 'CUDA_ERROR_OUT_OF_MEMORY', cuCall: 'cuMemHostAlloc' },
    ]);
    expect(result.address).toBeGreaterThan(0);
  });
});
