import type { Device } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkOutput } from '../support/check-output.js';
import { uploadGemm } from '../support/device-gemm.js';
import { completeCase } from '../support/gemm-case.js';
import { drawData } from '../support/gemm-data.js';
import { allowedEpsilon } from '../support/test-settings.js';

const plain = { accumulation: 'none', data: 'normal', scaleLayoutA: 'mn-major aligned' } as const;

describe.each(['float8_e4m3fn', 'bfloat16'] as const)('%s GEMMs in queues', (operandType) => {
  const random = seededRandom(testSeed());
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(['mn-major aligned', 'row-major'] as const)(
    'a captured GEMM reads the contents of the time of its replay (scales %s)',
    async (scaleLayoutA) => {
      const k = 256;
      const gemm = completeCase(random, {
        ...plain,
        operandType,
        m: 100,
        n: 136,
        k,
        pitchA: k,
        scaleLayoutA,
      });
      const before = drawData(random, gemm);
      const onDevice = uploadGemm(device, gemm, before);
      // The first call may compile, which a capture must not.
      onDevice.run();
      const stream = device.createStream();
      await device.synchronize();
      onDevice.reset();
      await device.synchronize();
      const graph = stream.capture(() => onDevice.run({ stream }));
      const untouched = await onDevice.read();
      expect(new Uint8Array(untouched.buffer).every((byte) => byte === 0xff)).toBe(true);

      graph.launch({ stream });
      await stream.synchronize();
      expect(checkOutput(gemm, before, await onDevice.read())).toBeLessThanOrEqual(
        allowedEpsilon(operandType),
      );

      const drawn = drawData(random, gemm);
      const after = { ...before, codesA: drawn.codesA, a: drawn.a };
      onDevice.operands.a.write(after.codesA, { stream });
      graph.launch({ stream });
      await stream.synchronize();
      expect(checkOutput(gemm, after, await onDevice.read())).toBeLessThanOrEqual(
        allowedEpsilon(operandType),
      );

      graph.destroy();
      stream.destroy();
      onDevice.destroy();
    },
  );

  it('a graph of an empty product copies C', async () => {
    const gemm = completeCase(random, { ...plain, operandType, m: 33, n: 17, k: 0, accumulation: 'c' });
    const data = drawData(random, gemm);
    const onDevice = uploadGemm(device, gemm, data);
    const stream = device.createStream();
    await device.synchronize();
    const graph = stream.capture(() => onDevice.run({ stream }));
    graph.launch({ stream });
    await stream.synchronize();
    expectSameBits(await onDevice.read(), data.codesC!, { name: 'D', shape: [gemm.m, gemm.n] });
    await onDevice.output.expectGuardsIntact();
    graph.destroy();
    stream.destroy();
    onDevice.destroy();
  });

  it('GEMMs on several streams do not disturb each other', async () => {
    const jobs = Array.from({ length: 4 }, (_, index) => {
      const gemm = completeCase(random, { ...plain, operandType, m: 60 + 10 * index, n: 136, k: 384 });
      const data = drawData(random, gemm);
      return { gemm, data, onDevice: uploadGemm(device, gemm, data), stream: device.createStream() };
    });
    await device.synchronize();
    for (let round = 0; round < 5; round++) {
      for (const { onDevice, stream } of jobs) onDevice.run({ stream });
    }
    for (const { gemm, data, onDevice, stream } of jobs) {
      await stream.synchronize();
      expect(checkOutput(gemm, data, await onDevice.read())).toBeLessThanOrEqual(allowedEpsilon(operandType));
      await onDevice.output.expectGuardsIntact();
      onDevice.destroy();
      stream.destroy();
    }
  });

  // Pitfall: reading before the programmatic-dependency wait what the kernel before wrote.
  it.each([
    [false, false, false],
    [true, false, false],
    [true, true, false],
    [true, true, true],
  ])(
    'a GEMM adds to the result of the one before it (dependent launch %s, constant B %s, constant A %s)',
    async (dependentLaunch, constantB, constantA) => {
      const gemm = completeCase(random, {
        ...plain,
        operandType,
        m: 70,
        n: 72,
        k: 128,
        accumulation: 'in place',
        data: 'integers',
        outputType: 'float32',
      });
      const data = drawData(random, gemm);
      const onDevice = uploadGemm(device, gemm, data);
      // The first call may compile, and the ones after it are to follow each other closely.
      onDevice.run();
      onDevice.reset();
      const repeats = 8;
      for (let run = 0; run < repeats; run++) onDevice.run({ dependentLaunch, constantB, constantA });
      const tripled = { ...data, a: data.a.map((value) => value * repeats) };
      expect(checkOutput(gemm, tripled, await onDevice.read())).toBeLessThanOrEqual(
        allowedEpsilon(operandType),
      );
      onDevice.destroy();
    },
  );
});
