import { type Device, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkPowersOfTwo, getMnMajorTmaAlignedPackedUe8m0Tensor } from '../../src/index.js';
import { checkPackedUe8m0, checkPowerOfTwoCheck } from '../cases/packed-ue8m0-case.js';
import {
  drawScaleBits,
  drawScaleCase,
  drawScales,
  drawUsualScaleBits,
  mnMajorCase,
  unusualScaleBits,
} from '../cases/scale-case.js';
import { packedWordOracle, ue8m0Oracle } from '../oracle/ue8m0-oracle.js';

/** Many more are in the search of `tools/search`. */
const drawnCases = 30;
const random = seededRandom(testSeed());

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

describe('getMnMajorTmaAlignedPackedUe8m0Tensor', () => {
  const cases = Array.from({ length: drawnCases }, () => ({
    test: drawScaleCase(random),
    round: random.chance(0.5),
  }));
  it.each(cases.map(({ test, round }, index) => ({ index, name: JSON.stringify(test), round, test })))(
    'case $index: $name, round $round',
    async ({ test, round }) => {
      await checkPackedUe8m0(device, test, round, random);
    },
  );

  const vectors = [1, 2, 3, 4, 5, 126, 127, 128, 131].flatMap((mn) => [
    { name: `${mn} rows, aligned`, test: mnMajorCase([2, mn, 19], { column: 4, batch: 8, offset: 4 }) },
    { name: `${mn} rows, the next word`, test: mnMajorCase([1, mn, 9], { offset: 1 }) },
    { name: `${mn} rows, columns apart`, test: mnMajorCase([2, mn, 6], { column: 3 }) },
    { name: `${mn} rows, batches apart`, test: mnMajorCase([3, mn, 5], { batch: 2 }) },
  ]);
  it.each(vectors)('of four neighbours or of one, $name', async ({ test }) => {
    for (const round of [false, true]) {
      for (const drawBits of [drawScaleBits, drawUsualScaleBits]) {
        await checkPackedUe8m0(device, test, round, random, drawBits);
      }
    }
  });

  it('takes slices of rows from any row on', async () => {
    const [mn, k] = [140, 10];
    const { tensor, at } = drawScales(device, 'float32', mnMajorCase([1, mn, k]), () =>
      drawUsualScaleBits(random),
    );
    for (const [start, end] of [
      [0, 133],
      [1, 140],
      [2, 3],
      [4, 139],
      [128, 131],
    ] as const) {
      const words = await getMnMajorTmaAlignedPackedUe8m0Tensor(tensor.slice(1, start, end)).read();
      const expected = Array.from({ length: (end - start) * 3 }, (_, index) =>
        packedWordOracle(4 * (index % 3), k, false, (column) => at(0, start + Math.floor(index / 3), column)),
      );
      expectSameBits(words, Int32Array.from(expected), { name: `words of rows ${start} to ${end}` });
    }
  });

  it.each([1, 2, 3, 5, 6, 7])('reads nothing behind the last of %i rows', async (mn) => {
    const [pitch, k] = [8, 3];
    const buffer = device.createBuffer({ byteLength: 4 * ((k - 1) * pitch + mn) });
    buffer.write(new Float32Array(buffer.byteLength / 4).fill(1));
    const tensor = new Tensor({ buffer, dtype: 'float32', shape: [mn, k], strides: [1, pitch] });
    const words = await getMnMajorTmaAlignedPackedUe8m0Tensor(tensor).read();
    expectSameBits(words, new Int32Array(mn).fill(0x7f7f7f), { name: 'words' });
  });

  // PITFALLS, Layout: non-power-of-two or uninitialised scales turned into UE8M0, mantissa bits leaking.
  it.each([false, true])('no scale changes the code of a neighbour, round %s', async (round) => {
    const one = 127 << 23;
    for (const [position, before, after] of [
      [0, [], [one, one, one]],
      [1, [one], [one, one]],
      [3, [one, one, one], []],
    ] as const) {
      const rows = unusualScaleBits.flatMap((bits) => [...before, bits, ...after]);
      const buffer = device.createBuffer({ byteLength: rows.length * 4 });
      buffer.write(Uint32Array.from(rows));
      const tensor = new Tensor({ buffer, dtype: 'float32', shape: [unusualScaleBits.length, 4] });
      const words = await getMnMajorTmaAlignedPackedUe8m0Tensor(tensor, { round }).read();
      const expected = unusualScaleBits.map((bits) => {
        const bytes = Uint8Array.of(127, 127, 127, 127);
        bytes[position] = ue8m0Oracle(bits, round);
        return new Int32Array(bytes.buffer)[0]!;
      });
      expectSameBits(words, Int32Array.from(expected), { name: `words, unusual scale at ${position}` });
    }
  });

  it.each([false, true])('nor that of a neighbour along MN, round %s', async (round) => {
    const one = 127 << 23;
    const mn = 4 * unusualScaleBits.length;
    for (const place of [0, 1, 2, 3]) {
      const rows = unusualScaleBits.flatMap((bits) =>
        [0, 1, 2, 3].map((row) => (row === place ? bits : one)),
      );
      const buffer = device.createBuffer({ byteLength: mn * 4 });
      buffer.write(Uint32Array.from(rows));
      const tensor = new Tensor({ buffer, dtype: 'float32', shape: [mn, 1], strides: [1, mn] });
      const words = await getMnMajorTmaAlignedPackedUe8m0Tensor(tensor, { round }).read();
      const expected = Int32Array.from(rows, (bits) => ue8m0Oracle(bits, round));
      expectSameBits(words, expected, { name: `words, unusual scales at ${place}` });
    }
  });

  it('is captured, and replayed with what the scales are then', async () => {
    const stream = device.createStream();
    const sf = device.tensor(new Float32Array(6).fill(1), [1, 6], 'float32');
    getMnMajorTmaAlignedPackedUe8m0Tensor(sf).destroy();
    await device.synchronize();
    let packed!: Tensor<'int32'>;
    const graph = stream.capture(() => {
      packed = getMnMajorTmaAlignedPackedUe8m0Tensor(sf, { stream });
    });
    for (const value of [2, 0.5]) {
      sf.write(new Float32Array(6).fill(value), { stream });
      graph.launch({ stream });
      const code = Math.log2(value) + 127;
      const expected = new Uint8Array(8).fill(code, 0, 6);
      expectSameBits(await packed.read({ stream }), new Int32Array(expected.buffer), { name: 'packed' });
    }
    graph.destroy();
    stream.destroy();
  });
});

describe('checkPowersOfTwo', () => {
  const cases = Array.from({ length: drawnCases }, () => drawScaleCase(random));
  // Pitfall: scales that are no powers of two turned into UE8M0.
  it.each(cases.map((test, index) => ({ index, name: JSON.stringify(test), test })))(
    'takes what packing takes, case $index: $name',
    async ({ test }) => {
      await checkPowerOfTwoCheck(device, test, random);
    },
  );

  it.each(unusualScaleBits.map((bits) => [bits.toString(16), bits] as const))('0x%s', async (_, bits) => {
    const buffer = device.createBuffer({ byteLength: 4 });
    buffer.write(Uint32Array.of(bits));
    const check = checkPowersOfTwo(new Tensor({ buffer, dtype: 'float32', shape: [1, 1] }));
    if (ue8m0Oracle(bits, false) === 255) await expect(check).rejects.toThrow('at [0, 0]');
    else await expect(check).resolves.toBeUndefined();
  });

  it('looks behind the work that is queued on the stream', async () => {
    const stream = device.createStream();
    const sf = device.tensor(new Float32Array(4).fill(0.3), [2, 2], 'float32');
    await device.synchronize();
    sf.write(new Float32Array(4).fill(4), { stream });
    await expect(checkPowersOfTwo(sf, { stream })).resolves.toBeUndefined();
    stream.destroy();
  });
});
