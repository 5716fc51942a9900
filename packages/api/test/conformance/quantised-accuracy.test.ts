import { perBlockCastToFp8, perChannelCastToFp8, perTokenCastToFp8 } from '@dg/layout';
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt, fp8GemmTn, kGroupedFp8GemmTnContiguous } from '../../src/index.js';
import { decodeCodes, encodeBfloat16Values } from '../support/number-formats.js';
import { diff, oracleRow } from '../support/oracle.js';
import { onGpu } from '../support/test-settings.js';

/**
 * Over all draws the FP8 diff has a mean of 6.8e-4; what it strays by falls with the number of elements that are
 * compared. With 1500 of them or more, 1e-3 is seven standard deviations away; with 256, 3.4 (one run in 1500).
 */
const shapes: [m: number, n: number, k: number][] = [
  [64, 136, 512],
  [129, 72, 200],
  [1, 2048, 1024],
  [130, 100, 100],
];
const largeShapes: [m: number, n: number, k: number][] = [
  [512, 1024, 2048],
  [4096, 2112, 1024],
];
const oracleRows = 32;
const largestFp8Diff = 1e-3;
const largestBf16Diff = 1e-5;

describe('accuracy against the unquantised bfloat16 inputs', () => {
  const random = seededRandom(testSeed());
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(onGpu ? [...shapes, ...largeShapes] : shapes)('%i x %i x %i', async (m, n, k) => {
    const codesA = encodeBfloat16Values(Array.from({ length: m * k }, () => random.normal()));
    const codesB = encodeBfloat16Values(Array.from({ length: n * k }, () => random.normal()));
    // Rows of 16-byte pitch, as TMA needs them.
    const padded = Math.ceil(k / 8) * 8;
    const a = device.empty([m, padded], 'bfloat16').slice(1, 0, k);
    const b = device.empty([n, padded], 'bfloat16').slice(1, 0, k);
    a.write(codesA);
    b.write(codesB);
    const fp8 = device.empty([m, n], 'bfloat16');
    const bf16 = device.empty([m, n], 'float32');
    fp8GemmNt(perTokenCastToFp8(a), perBlockCastToFp8(b), fp8);
    bf16GemmNt(a, b, bf16);

    const host = {
      m,
      n,
      k,
      a: decodeCodes(codesA),
      b: decodeCodes(codesB),
      c: undefined,
      scalesA: undefined,
      scalesB: undefined,
    };
    const rows = Array.from({ length: Math.min(m, oracleRows) }, () => random.integer(0, m - 1));
    const expected = rows.flatMap((row) => [...oracleRow(host, row).values]);
    const chosen = (values: ArrayLike<number>) =>
      rows.flatMap((row) => Array.from({ length: n }, (_, column) => values[row * n + column]!));
    expect(diff(chosen(decodeCodes((await fp8.read()) as Uint16Array)), expected)).toBeLessThan(
      largestFp8Diff,
    );
    expect(diff(chosen(await bf16.read()), expected)).toBeLessThan(largestBf16Diff);
  });

  // Weight gradients: both operands are cast along the tokens, which are K.
  it.for([
    [64, 136, 512],
    [130, 100, 200],
  ] as const)('TN of casts per channel, %i x %i x %i', async ([m, n, k]) => {
    const [a, b] = [drawTransposed(m, k), drawTransposed(n, k)];
    const d = device.empty([m, n], 'float32');
    fp8GemmTn(perChannelCastToFp8(a.tensor), perChannelCastToFp8(b.tensor), d);
    const host = { m, n, k, a: a.values, b: b.values, ...unscaled };
    const expected = Array.from({ length: m }, (_, row) => [...oracleRow(host, row).values]).flat();
    expect(diff(await d.read(), expected)).toBeLessThan(largestFp8Diff);
  });

  it('K groups of one cast per channel', async () => {
    const [m, n, ks] = [64, 48, [256, 0, 128]];
    const sumK = ks.reduce((sum, k) => sum + k);
    const [a, b] = [drawTransposed(m, sumK), drawTransposed(n, sumK)];
    const d = device.empty([ks.length, m, n], 'float32');
    const [scaledA, scaledB] = [perChannelCastToFp8(a.tensor), perChannelCastToFp8(b.tensor)];
    kGroupedFp8GemmTnContiguous(scaledA, scaledB, d, device.tensor(Int32Array.from(ks), [3], 'int32'));
    const values = (await d.read()) as Float32Array;
    let k0 = 0;
    for (const [group, k] of ks.entries()) {
      const range = (rows: number, all: Float64Array) =>
        Float64Array.from({ length: rows * k }, (_, i) => all[Math.floor(i / k) * sumK + k0 + (i % k)]!);
      const host = { m, n, k, a: range(m, a.values), b: range(n, b.values), ...unscaled };
      const expected = Array.from({ length: m }, (_, row) => [...oracleRow(host, row).values]).flat();
      const actual = values.subarray(group * m * n, (group + 1) * m * n);
      expect(diff(actual, expected)).toBeLessThan(largestFp8Diff);
      k0 += k;
    }
  });

  const unscaled = { c: undefined, scalesA: undefined, scalesB: undefined };

  /** A bfloat16 matrix [rows, k] as plain numbers, and on the device as [k, rows]. */
  function drawTransposed(rows: number, k: number) {
    const codes = encodeBfloat16Values(Array.from({ length: rows * k }, () => random.normal()));
    const padded = Math.ceil(rows / 8) * 8;
    const tensor = device.empty([k, padded], 'bfloat16').slice(1, 0, rows);
    tensor.write(
      Uint16Array.from({ length: k * rows }, (_, i) => codes[(i % rows) * k + Math.floor(i / rows)]!),
    );
    return { tensor, values: decodeCodes(codes) };
  }
});
