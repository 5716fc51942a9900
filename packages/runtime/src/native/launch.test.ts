import { expect, it } from 'vitest';
import { describeNative, resultOf } from './testing/native-child.js';

describeNative('kernels', () => {
  it('receive every field of the launch command', async () => {
    const bytes = await resultOf((kit) => {
      const { binding, scalar } = kit;
      const { device, stream } = kit.begin();
      const pinned = binding.pinnedAllocate(device, 1024);
      const out = binding.memoryAllocate(stream, 1024);
      const map = {
        address: 2 ** 40 + 32,
        element: 9,
        rank: 5,
        swizzle: 3,
        l2Promotion: 2,
        dims: [64, 2 ** 32, 5, 6, 7],
        stridesBytes: [128, 2 ** 39, 48, 64],
        box: [64, 256, 1, 2, 3],
      };
      kit.launch(
        device,
        stream,
        'record-params:8,128,1,2,4,8,128',
        [
          scalar(8, out),
          { map },
          scalar(1, 0xab),
          scalar(2, 0xabcd),
          scalar(4, 0xdeadbeef),
          scalar(8, 2 ** 52 + 1),
          { map: { ...map, address: 64, rank: 1, dims: [3, 0, 0, 0, 0], box: [2, 0, 0, 0, 0] } },
        ],
        { grid: [6, 10, 4], block: [32, 4, 2], cluster: [3, 5, 1], shared: 232448 - 1024, flags: 1 },
      );
      binding.copyToHost(stream, pinned.handle, 0, out, 1024);
      binding.streamSynchronize(stream);
      return [...new Uint8Array(pinned.memory)];
    });
    const view = new DataView(Uint8Array.from(bytes).buffer);
    const words = Array.from({ length: 12 }, (_, index) => view.getUint32(index * 4, true));
    expect(words).toEqual([6, 10, 4, 32, 4, 2, 3, 5, 1, 232448 - 1024, 1, 7]);
    expect(readMap(view, 56)).toEqual({
      address: 2n ** 40n + 32n,
      dims: [64n, 2n ** 32n, 5n, 6n, 7n],
      stridesBytes: [128n, 2n ** 39n, 48n, 64n],
      words: [9, 5, 3, 2, 64, 256, 1, 2, 3, 0],
    });
    expect(view.getUint8(184)).toBe(0xab);
    expect(view.getUint16(192, true)).toBe(0xabcd);
    expect(view.getUint32(200, true)).toBe(0xdeadbeef);
    expect(view.getBigUint64(208, true)).toBe(2n ** 52n + 1n);
    expect(readMap(view, 216)).toEqual({
      address: 64n,
      dims: [3n, 0n, 0n, 0n, 0n],
      stridesBytes: [0n, 0n, 0n, 0n],
      words: [9, 1, 3, 2, 2, 0, 0, 0, 0, 0],
    });
  });

  it('describe each tensor map as it is asked for, again and among more others than are kept', async () => {
    const wrong = await resultOf((kit) => {
      const { binding, scalar, command } = kit;
      const { device, stream } = kit.begin();
      const kernel = binding.kernelLoad(device, kit.image('record-params:8,128'), 'entry');
      const pinned = binding.pinnedAllocate(device, 256);
      const out = binding.memoryAllocate(stream, 256);
      const map = {
        element: 9,
        rank: 1,
        swizzle: 0,
        l2Promotion: 0,
        dims: [64, 0, 0, 0, 0],
        stridesBytes: [0, 0, 0, 0],
        box: [64, 0, 0, 0, 0],
      };
      const addresses = [];
      for (let round = 0; round < 2; round++) {
        // One after the other, and then each twice.
        for (let index = 0; index < 5000; index++) {
          const address = 64 * (1 + (round === 0 ? index : index >> 1));
          const bytes = command({}, [scalar(8, out), { map: { ...map, address } }]);
          binding.launch(kernel, stream, bytes, bytes.length);
          binding.copyToHost(stream, pinned.handle, 0, out, 64);
          binding.streamSynchronize(stream);
          const received = Number(new DataView(pinned.memory).getBigUint64(56, true));
          if (received !== address) addresses.push([address, received]);
        }
      }
      return addresses;
    });
    expect(wrong).toEqual([]);
  });

  it('leave out the attributes that are not asked for', async () => {
    const words = await resultOf((kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const pinned = binding.pinnedAllocate(device, 64);
      const out = binding.memoryAllocate(stream, 64);
      kit.launch(device, stream, 'record-params', [kit.scalar(8, out)]);
      binding.copyToHost(stream, pinned.handle, 0, out, 48);
      binding.streamSynchronize(stream);
      return [...new Uint32Array(pinned.memory, 0, 12)];
    });
    expect(words).toEqual([1, 1, 1, 32, 1, 1, 1, 1, 1, 0, 0, 1]);
  });

  it('refuse commands that do not fit', async () => {
    const failures = await resultOf((kit) => {
      const { binding, scalar, command } = kit;
      const { device, stream } = kit.begin();
      const kernel = binding.kernelLoad(device, kit.image('record-params:8,128'), 'entry');
      const map = {
        address: 16,
        element: 9,
        rank: 2,
        swizzle: 3,
        l2Promotion: 2,
        dims: [64, 64],
        stridesBytes: [128],
        box: [64, 64],
      };
      const attempt = (bytes: Uint8Array, length = bytes.length) =>
        kit.failure(() => binding.launch(kernel, stream, bytes, length))?.message ?? 'none';
      const good = command({}, [scalar(8, 1), { map }]);
      const wrongKind = good.slice();
      wrongKind[64] = 2;
      return {
        good: attempt(good),
        longerThanGiven: attempt(good, good.length + 1),
        truncated: attempt(good, good.length - 1),
        header: attempt(new Uint8Array(63)),
        tooManyClaimed: attempt(command({ count: 3 }, [scalar(8, 1), { map }])),
        absurdCount: attempt(command({ count: 2 ** 32 - 1 }, [])),
        tooFew: attempt(command({}, [scalar(8, 1)])),
        wrongSize: attempt(command({}, [scalar(4, 1), { map }])),
        zeroSize: attempt(command({}, [scalar(0, 1), { map }])),
        hugeSize: attempt(command({}, [scalar(9, 1), { map }])),
        wrongKind: attempt(wrongKind),
        misaligned: attempt(command({}, [scalar(8, 1), { map: { ...map, address: 8 } }])),
        nanDim: attempt(command({}, [scalar(8, 1), { map: { ...map, dims: [Number.NaN, 64] } }])),
        rank: attempt(command({}, [scalar(8, 1), { map: { ...map, rank: 6 } }])),
        rank0: attempt(command({}, [scalar(8, 1), { map: { ...map, rank: 0 } }])),
        block: attempt(command({ block: [1025, 1, 1] }, [scalar(8, 1), { map }])),
        manyMaps: attempt(command({}, Array(33).fill({ map }))),
      };
    });
    expect(failures).toMatchObject({
      good: 'none',
      longerThanGiven: expect.stringMatching(/for byteLength but received 225$/),
      truncated: 'expected at least 224 bytes for the launch command but received 223',
      header: 'expected at least 64 bytes for the launch command but received 63',
      tooManyClaimed: expect.stringMatching(/^expected at least \d+ bytes for the launch command/),
      absurdCount: 'expected at most 64 for argumentCount but received 4294967295',
      tooFew: 'expected 2 for the number of arguments but received 1',
      wrongSize: 'expected 8 bytes for argument 0 but received 4',
      zeroSize: expect.stringContaining('for argument 0 but received kind 0 of 0 bytes'),
      hugeSize: expect.stringContaining('kind 0 of 9 bytes'),
      wrongKind: expect.stringContaining('kind 2 of 8 bytes'),
      misaligned:
        'cuTensorMapEncodeTiled: invalid argument (tensor map of argument 1: address 8, element 9, rank 2, ' +
        'dims [64, 64], stridesBytes [128], box [64, 64], swizzle 3, l2Promotion 2)',
      nanDim: expect.stringContaining('dims [nan, 64]'),
      rank: expect.stringContaining('rank 6'),
      rank0: expect.stringContaining('rank 0'),
      block: 'cuLaunchKernelEx: invalid argument',
      manyMaps: 'expected at most 32 for tensor maps but received more',
    });
  });

  it('report their attributes and the reason why an image is refused', async () => {
    const result = await resultOf((kit) => {
      const { binding } = kit;
      const { device } = kit.begin();
      const load = (image: Uint8Array, entry = 'entry') =>
        kit.failure(() => binding.kernelLoad(device, image, entry));
      const elf = new Uint8Array(64);
      elf.set([0x7f, 0x45, 0x4c, 0x46, 2]);
      elf[0x3c] = 1;
      elf[0x29] = 0x10;
      return {
        attributes: binding.kernelAttributes(binding.kernelLoad(device, kit.image('slow'), 'entry')),
        unknown: load(kit.image('nothing')),
        entry: load(kit.image('slow'), 'missing'),
        empty: load(new Uint8Array()),
        elf: load(elf),
        shortElf: load(elf.subarray(0, 10)),
        garbage: load(new Uint8Array(3).fill(0xff)),
      };
    });
    expect(result.attributes).toEqual({
      registers: 168,
      localBytes: 16,
      staticSharedBytes: 1024,
      maxThreadsPerBlock: 384,
    });
    expect(result.unknown).toMatchObject({
      message: 'cuModuleLoadDataEx: device kernel image is invalid (fake driver: unknown kernel nothing)',
      cuResultName: 'CUDA_ERROR_INVALID_IMAGE',
    });
    expect(result.entry).toMatchObject({
      cuCall: 'cuModuleGetFunction',
      cuResultName: 'CUDA_ERROR_NOT_FOUND',
    });
    expect(result.empty?.message).toBe('expected a whole cubin or PTX for image but received no bytes');
    expect(result.elf?.message).toContain('a damaged cubin of 64 bytes');
    expect(result.shortElf?.message).toContain('a damaged cubin of 10 bytes');
    expect(result.garbage?.cuResultName).toBe('CUDA_ERROR_INVALID_IMAGE');
  });

  it('are unloaded only after the launch that runs', async () => {
    const order = await resultOf(async (kit) => {
      const { binding } = kit;
      const { device, stream } = kit.begin();
      const kernel = kit.launch(device, stream, 'slow', [kit.scalar(4, 100)]);
      binding.kernelUnload(kernel);
      const during = kit.trace().includes('cuModuleUnload');
      await kit.sleep(200);
      return [during, kit.trace().includes('cuModuleUnload')];
    });
    expect(order).toEqual([false, true]);
  });
});

const readMap = (view: DataView, offset: number) => {
  const longs = Array.from({ length: 10 }, (_, index) => view.getBigUint64(offset + index * 8, true));
  return {
    address: longs[0],
    dims: longs.slice(1, 6),
    stridesBytes: longs.slice(6, 10),
    words: Array.from({ length: 10 }, (_, index) => view.getUint32(offset + 80 + index * 4, true)),
  };
};
