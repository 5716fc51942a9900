import { perBlockCastToFp8, perChannelCastToFp8, perTokenCastToFp8 } from '@dg/layout';
import { CpuDevice, type Device, type Tensor } from '@dg/runtime';
import { expectSameBits, seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt } from '../../src/index.js';
import { encodeBfloat16Values } from '../support/number-formats.js';

// PITFALLS, Kernels: 32-bit overflow, everything past 2^31 elements.

/** Element 2^31 of a matrix with 2^15 columns is the first of row 2^16: the rows from there on are beyond 32 bits. */
const columns = 2 ** 15;
const firstRowBeyond = 2 ** 16;
const rowsBeyond = 70;
const rows = firstRowBeyond + rowsBeyond;

function integers(length: number): number[] {
  const random = seededRandom(testSeed()).fork(length);
  return Array.from({ length }, () => random.integer(-3, 3));
}

function bfloat16Of(
  device: Device,
  values: readonly number[],
  shape: readonly [number, number],
): Tensor<'bfloat16'> {
  return device.tensor(encodeBfloat16Values(values), shape, 'bfloat16');
}

describe('matrices of more than 2^31 elements', () => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  // An odd width takes the guarded epilogue.
  it.each([columns, columns + 1])('as D and C, %i columns', async (n) => {
    const k = 16;
    const [valuesA, valuesB] = [integers(rows * k), integers(n * k)];
    const a = bfloat16Of(device, valuesA, [rows, k]);
    const b = bfloat16Of(device, valuesB, [n, k]);
    const d = device.empty([rows, n], 'bfloat16');
    bf16GemmNt(a, b, d);
    bf16GemmNt(a, b, d, { c: d });
    for (const row of [0, firstRowBeyond - 1, firstRowBeyond, rows - 1]) {
      const twice = Float64Array.from({ length: n }, (_, column) => {
        let sum = 0;
        for (let x = 0; x < k; x++) sum += valuesA[row * k + x]! * valuesB[column * k + x]!;
        return 2 * sum;
      });
      expectSameBits(await d.slice(0, row, row + 1).read(), encodeBfloat16Values(twice), {
        name: `row ${row}`,
      });
    }
    for (const tensor of [a, b, d]) tensor.destroy();
  });

  it('as A, in BF16 and cast to FP8, each cast with the bits of the cpu', async () => {
    const cpu = new CpuDevice();
    const n = 16;
    const values = integers(rowsBeyond * columns);
    const a = device.zeros([rows, columns], 'bfloat16');
    a.slice(0, firstRowBeyond, rows).write(encodeBfloat16Values(values));
    const b = bfloat16Of(device, new Array<number>(n * columns).fill(1), [n, columns]);
    const end = cpu.tensor(encodeBfloat16Values(values), [rowsBeyond, columns], 'bfloat16');
    for (const cast of [perTokenCastToFp8, perChannelCastToFp8, perBlockCastToFp8]) {
      const [wanted, actual] = [cast(end), cast(a)];
      const scaleRows = wanted.scales.shape[0]!;
      const allScaleRows = actual.scales.shape[0]!;
      const data = actual.data.slice(0, firstRowBeyond, rows);
      const scales = actual.scales.slice(0, allScaleRows - scaleRows, allScaleRows);
      expectSameBits(await data.read(), await wanted.data.read(), { name: `data of ${cast.name}` });
      expectSameBits(await scales.read(), await wanted.scales.read(), { name: `scales of ${cast.name}` });
      for (const tensor of [actual.data, actual.scales]) tensor.destroy();
    }

    const sums = Float32Array.from({ length: rowsBeyond }, (_, row) =>
      values.slice(row * columns, (row + 1) * columns).reduce((sum, value) => sum + value, 0),
    );
    const d = device.empty([rows, n], 'float32');
    const firstColumn = async () => await d.slice(0, firstRowBeyond, rows).slice(1, 0, 1).read();
    bf16GemmNt(a, b, d);
    expectSameBits(await firstColumn(), sums, { name: 'BF16' });
    const [scaledA, scaledB] = [perTokenCastToFp8(a, { ue8m0: true }), perBlockCastToFp8(b, { ue8m0: true })];
    fp8GemmNt(scaledA, scaledB, d);
    // Powers of two as scales: small integers stay exact.
    expect([...(await firstColumn())]).toEqual([...sums]);
    for (const tensor of [a, b, d, scaledA.data, scaledA.scales, scaledB.data, scaledB.scales])
      tensor.destroy();
  });
});
