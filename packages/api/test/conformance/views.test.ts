import type { Device, Tensor } from '@dg/runtime';
import { seededRandom, testDevice, testSeed } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt } from '../../src/index.js';
import { encodeBfloat16Values } from '../support/number-formats.js';
import { oracleRow } from '../support/oracle.js';

const m = 40;
const n = 24;
const k = 64;

/** Small integers, so that every result is exact. */
function integers(length: number): number[] {
  const random = seededRandom(testSeed()).fork(length);
  return Array.from({ length }, () => random.integer(-3, 3));
}

describe('views of one buffer', () => {
  let device: Device;
  const valuesA = integers(m * k);
  const valuesB = integers(n * k);
  let a: Tensor;
  let b: Tensor;
  beforeAll(async () => {
    device = await testDevice();
    a = device.tensor(encodeBfloat16Values(valuesA), [m, k], 'bfloat16');
    b = device.tensor(encodeBfloat16Values(valuesB), [n, k], 'bfloat16');
  });

  function expectedWith(c: readonly number[]): number[] {
    const host = {
      m,
      n,
      k,
      a: Float64Array.from(valuesA),
      b: Float64Array.from(valuesB),
      c: Float64Array.from(c),
      scalesA: undefined,
      scalesB: undefined,
    };
    return Array.from({ length: m }, (_, row) => [...oracleRow(host, row).values]).flat();
  }

  it('C and D may interleave: left and right columns of one matrix', async () => {
    const c = integers(m * n * 5).slice(0, m * n);
    const both = device.zeros([m, 2 * n], 'float32');
    const left = both.slice(1, 0, n);
    const right = both.slice(1, n, 2 * n);
    left.write(Float32Array.from(c));
    bf16GemmNt(a, b, right, { c: left });
    expect([...(await right.read())]).toEqual(expectedWith(c));
    expect([...(await left.read())]).toEqual(c);
  });

  it('C may be an equal view of D, made apart', async () => {
    const c = integers(m * n * 7).slice(0, m * n);
    const wide = device.zeros([m, n + 9], 'float32');
    wide.slice(1, 0, n).write(Float32Array.from(c));
    bf16GemmNt(a, b, wide.slice(1, 0, n), { c: wide.slice(1, 0, n) });
    expect([...(await wide.slice(1, 0, n).read())]).toEqual(expectedWith(c));
    expect(new Set(await wide.slice(1, n, n + 9).read())).toEqual(new Set([0]));
  });

  it('A and B may be the same matrix', async () => {
    const d = device.empty([m, m], 'float32');
    bf16GemmNt(a, a, d);
    const values = await d.read();
    for (let row = 0; row < m; row++) {
      for (let column = 0; column < m; column++)
        expect(values[row * m + column]).toBe(values[column * m + row]);
    }
    expect(values[0]).toBe(valuesA.slice(0, k).reduce((sum, value) => sum + value * value, 0));
  });
});
