import { perBlockCastToFp8, perTokenCastToFp8 } from '@dg/layout';
import type { Device } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt } from '../../src/index.js';
import { decodeCodes, encodeBfloat16Values } from '../support/number-formats.js';
import { diff, oracleRow } from '../support/oracle.js';
import { onGpu } from '../support/test-settings.js';

const shapes: [m: number, n: number, k: number][] = [
  [64, 136, 512],
  [129, 72, 200],
  [1, 256, 1024],
  [130, 100, 100],
];
const largeShapes: [m: number, n: number, k: number][] = [
  [512, 1024, 2048],
  [4096, 2112, 1024],
];
const oracleRows = 16;
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
});
