import { type Device, Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, it } from 'vitest';
import { repackKGroupedFp8, transposeFp8 } from '../../src/index.js';

// PITFALLS, Kernels: 32-bit overflow in byte offsets, everything past 2^31 elements.
const short = 2 ** 15;
/** With rows of `short` elements, those from row 2^16 on lie past 2^31. */
const firstPast = 2 ** 16;
const past = 256;
const long = firstPast + past;

const random = seededRandom(testSeed());
const randomBytes = (length: number) => Uint8Array.from({ length }, () => random.bits() & 0xff);

let device: Device;
beforeAll(async () => {
  device = await testDevice();
});

describe('operands of more than 2^31 elements', () => {
  it('are read past 2^31 by transposeFp8', async () => {
    const source = device.zeros([long, short], 'uint8');
    const bytes = randomBytes(past * short);
    source.slice(0, firstPast, long).write(bytes);
    const destination = device.empty([short, long], 'uint8');
    transposeFp8(source, destination);
    for (const column of [0, 129, short - 1]) {
      const received = await destination
        .slice(0, column, column + 1)
        .slice(1, firstPast, long)
        .read();
      const expected = Uint8Array.from({ length: past }, (_, row) => bytes[row * short + column]!);
      expectSameBits(received, expected, { name: `column ${column}` });
    }
    source.destroy();
    destination.destroy();
  });

  it('are written past 2^31 by transposeFp8', async () => {
    const source = device.zeros([short, long], 'uint8');
    const strip = randomBytes(short * past);
    source.slice(1, firstPast, long).write(strip);
    const destination = device.empty([long, short], 'uint8');
    transposeFp8(source, destination);
    for (const column of [0, 131, past - 1]) {
      const received = await destination.slice(0, firstPast + column, firstPast + column + 1).read();
      const expected = Uint8Array.from({ length: short }, (_, row) => strip[row * past + column]!);
      expectSameBits(received, expected, { name: `row ${firstPast + column}` });
    }
    source.destroy();
    destination.destroy();
  });

  it('are read and written past 2^31 by repackKGroupedFp8', async () => {
    const [mn, ks] = [short, [firstPast, past]] as const;
    const buffer = device.createBuffer({ byteLength: mn * long });
    const source = new Tensor({ buffer, dtype: 'uint8', shape: [mn * long] });
    const bytes = randomBytes(mn * past);
    source.slice(0, mn * firstPast, mn * long).write(bytes);
    const destination = device.empty([mn, long], 'uint8');
    repackKGroupedFp8(source, device.tensor(Int32Array.from(ks), [2], 'int32'), mn, long, destination);
    for (const row of [0, 127, mn - 1]) {
      const received = await destination
        .slice(0, row, row + 1)
        .slice(1, firstPast, long)
        .read();
      expectSameBits(received, bytes.subarray(row * past, (row + 1) * past), { name: `row ${row}` });
    }
    source.destroy();
    destination.destroy();
  });
});
