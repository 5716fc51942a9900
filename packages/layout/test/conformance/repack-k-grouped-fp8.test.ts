import type { Device } from '@dg/runtime';
import {
  expectSameBits,
  guardedTensor,
  type SeededRandom,
  seededRandom,
  testDevice,
  testSeed,
} from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { repackKGroupedFp8 } from '../../src/index.js';

const drawnCases = Number(process.env['DG_TEST_CASES'] ?? 30);
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

interface RepackCase {
  readonly ks: readonly number[];
  readonly mn: number;
  /** Elements of K past the sum of ks. */
  readonly unused: number;
  readonly gap: number;
  readonly sourceGuardBytes: number;
}

function drawCase(draw: SeededRandom): RepackCase {
  const groups = draw.pick([1, 2, 3, 5, 40]);
  const share = groups > 5 ? [0, 0, 0, 128] : [0, 128, 256, 384];
  return {
    ks: Array.from({ length: groups }, () => draw.pick(share)),
    mn: draw.pick([0, 1, 2, 31, 33, 70, 129]),
    unused: draw.pick([0, 0, 128, 256]),
    gap: draw.pick([0, 16, 32]),
    sourceGuardBytes: draw.pick([256, 256, 4]),
  };
}

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.bits() & 0xff);
}

/** [mn, sumK] of the groups, zeros past them. */
function repacked(source: Uint8Array, ks: readonly number[], mn: number, sumK: number): Uint8Array {
  const expected = new Uint8Array(mn * sumK);
  let first = 0;
  for (const k of ks) {
    for (let row = 0; row < mn; row++) {
      for (let j = 0; j < k; j++) expected[row * sumK + first + j] = source[first * mn + row * k + j]!;
    }
    first += k;
  }
  return expected;
}

describe('repackKGroupedFp8', () => {
  const cases = Array.from({ length: drawnCases }, () => drawCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      const { ks, mn } = test;
      const sumK = ks.reduce((sum, k) => sum + k, test.unused);
      const bytes = randomBytes(mn * sumK);
      const source = guardedTensor(device, [mn * sumK], 'float8_e4m3fn', {
        guardBytes: test.sourceGuardBytes,
      });
      source.tensor.write(bytes as never);
      const destination = guardedTensor(device, [mn, sumK], 'float8_e4m3fn', {
        pitchElements: sumK + test.gap,
      });
      const sizes = device.tensor(Int32Array.from(ks), [ks.length], 'int32');

      repackKGroupedFp8(source.tensor, sizes, mn, sumK, destination.tensor);

      expectSameBits(await destination.tensor.read(), repacked(bytes, ks, mn, sumK), {
        name: 'destination',
        shape: [mn, sumK],
      });
      await destination.expectGuardsIntact();
      await source.expectGuardsIntact();
      source.destroy();
      destination.destroy();
    },
  );

  it('is captured, and replayed with other sizes', async () => {
    const [mn, sumK] = [5, 512];
    const stream = device.createStream();
    const bytes = randomBytes(mn * sumK);
    const source = device.tensor(bytes, [mn * sumK], 'float8_e4m3fn');
    const sizes = device.tensor(Int32Array.of(128, 384), [2], 'int32');
    const destination = device.zeros([mn, sumK], 'float8_e4m3fn');
    repackKGroupedFp8(source, sizes, mn, sumK, destination);
    await device.synchronize();
    const graph = stream.capture(() => repackKGroupedFp8(source, sizes, mn, sumK, destination, { stream }));
    for (const ks of [
      [512, 0],
      [256, 256],
      [0, 384],
    ]) {
      sizes.write(Int32Array.from(ks), { stream });
      graph.launch({ stream });
      expectSameBits(await destination.read({ stream }), repacked(bytes, ks, mn, sumK), { name: `${ks}` });
    }
    graph.destroy();
    stream.destroy();
  });

  it.each([
    [[-1, -128, 256]],
    [[2 ** 31 - 1, 2 ** 31 - 1, 2 ** 31 - 1]],
    [[130, 129, 1]],
    [[128, 2 ** 30, 128]],
    [[640, -(2 ** 31), 128]],
  ])('touches nothing outside for sizes %j', async (ks) => {
    // The source ends where its buffer ends, so that a read past it is one past the memory.
    const [mn, sumK] = [3, 512];
    const source = device.tensor(randomBytes(mn * sumK), [mn * sumK], 'float8_e4m3fn');
    const destination = guardedTensor(device, [mn, sumK], 'float8_e4m3fn', { pitchElements: sumK + 16 });
    repackKGroupedFp8(source, device.tensor(Int32Array.from(ks), [3], 'int32'), mn, sumK, destination.tensor);
    await device.synchronize();
    await destination.expectGuardsIntact();
    destination.destroy();
  });

  it('counts a negative size as 0', async () => {
    const [mn, sumK] = [3, 384];
    const bytes = randomBytes(mn * sumK);
    const source = device.tensor(bytes, [mn * sumK], 'float8_e4m3fn');
    const sizes = device.tensor(Int32Array.of(128, -1, -(2 ** 31), 128, 128), [5], 'int32');
    const destination = device.zeros([mn, sumK], 'float8_e4m3fn');
    repackKGroupedFp8(source, sizes, mn, sumK, destination);
    const expected = repacked(bytes, [128, 128, 128], mn, sumK);
    expectSameBits(await destination.read(), expected, { name: 'destination' });
  });

  it('is a copy for one group', async () => {
    const bytes = randomBytes(130 * 256);
    const source = device.tensor(bytes, [130, 256], 'uint8');
    const destination = device.empty([130, 256], 'uint8');
    repackKGroupedFp8(source, device.tensor(Int32Array.of(256), [1], 'int32'), 130, 256, destination);
    expectSameBits(await destination.read(), bytes, { name: 'destination' });
    expect(destination.shape).toEqual([130, 256]);
  });
});
