import type { Device } from '@dg/runtime';
import { expectSameBits, guardedTensor, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { repackKGroupedFp8 } from '../../src/index.js';
import { checkRepack, drawRepackCase, repacked } from '../cases/repack-case.js';

/** Many more are in the search of `tools/search`. */
const drawnCases = 20;
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

function randomBytes(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.bits() & 0xff);
}

describe('repackKGroupedFp8', () => {
  const cases = Array.from({ length: drawnCases }, () => drawRepackCase(random));
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'case $index: $name',
    async ({ test }) => {
      await checkRepack(device, test, random);
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
