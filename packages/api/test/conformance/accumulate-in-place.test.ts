import type { Device } from '@dg/runtime';
import { expectSameBits, testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { bf16GemmNt, fp8GemmNt } from '../../src/index.js';

const [m, n, k] = [70, 72, 128];
const leastNormal = 2 ** -126;

/** Added by the kernel or in L2, a number below the least normal one stays what it is. */
const contents: Readonly<Record<string, (i: number) => number>> = {
  'numbers below the least normal one': (i) => (i % 2 === 0 ? 1 : -1) * (1 + i) * 2 ** -149,
  'the least normal number and its neighbours': (i) => leastNormal + ((i % 3) - 1) * 2 ** -149,
  infinities: (i) => (i % 2 === 0 ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY),
  'numbers of every size': (i) => (i % 2 === 0 ? 1 : -1) * 2 ** ((i % 250) - 125),
};

describe('zeros added in place to float32', () => {
  let device: Device;
  beforeAll(async () => {
    device = await testDevice();
  });

  it.each(Object.keys(contents))('%s', async (name) => {
    const c = Float32Array.from({ length: m * n }, (_, i) => contents[name]!(i));
    const [a, b] = [device.zeros([m, k], 'bfloat16'), device.zeros([n, k], 'bfloat16')];
    const d = device.tensor(c, [m, n], 'float32');
    bf16GemmNt(a, b, d, { c: d });
    expectSameBits(await d.read(), c, { name: 'bfloat16', shape: [m, n] });
    const ones = (rows: number) => device.tensor(new Float32Array(rows).fill(1), [rows, 1], 'float32');
    const scaledA = { data: device.zeros([m, k], 'float8_e4m3fn'), scales: ones(m) };
    const scaledB = { data: device.zeros([n, k], 'float8_e4m3fn'), scales: ones(1) };
    fp8GemmNt(scaledA, scaledB, d, { c: d });
    expectSameBits(await d.read(), c, { name: 'float8_e4m3fn', shape: [m, n] });
  });

  it('a sum below the least normal number', async () => {
    // 2^-70 times 2^-75, added to another of its size.
    const filled = (rows: number, code: number) =>
      device.tensor(
        new Uint16Array(rows * k).map((_, i) => (i % k === 0 ? code : 0)),
        [rows, k],
        'bfloat16',
      );
    const [a, b] = [filled(m, (127 - 70) << 7), filled(n, (127 - 75) << 7)];
    const d = device.tensor(new Float32Array(m * n).fill(3 * 2 ** -145), [m, n], 'float32');
    bf16GemmNt(a, b, d, { c: d });
    expect(new Set(await d.read())).toEqual(new Set([4 * 2 ** -145]));
  });
});
