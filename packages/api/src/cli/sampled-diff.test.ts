import { decodeBfloat16, encodeBfloat16 } from '@dg/layout';
import { describe, expect, it } from 'vitest';
import { randomBfloat16Codes } from './random-codes.js';
import { sampledDiff, sampledRowCount } from './sampled-diff.js';

const [m, n, k] = [9, 7, 40];
const a = randomBfloat16Codes(m * k, 1);
const b = randomBfloat16Codes(n * k, 2);

function product(): Uint16Array {
  return Uint16Array.from({ length: m * n }, (_, index) => {
    const row = Math.floor(index / n);
    const column = index % n;
    let sum = 0;
    for (let x = 0; x < k; x++) sum += decodeBfloat16(a[row * k + x]!) * decodeBfloat16(b[column * k + x]!);
    return encodeBfloat16(Math.fround(sum));
  });
}

describe('sampledDiff', () => {
  it('is small for the product and large for another matrix', () => {
    const d = product();
    expect(sampledDiff({ m, n, k, a, b, d })).toBeLessThan(1e-5);
    expect(sampledDiff({ m, n, k, a, b: b.slice().reverse(), d })).toBeGreaterThan(0.1);
    const oneWrongRow = d.slice();
    oneWrongRow.fill(0, 3 * n, 4 * n);
    expect(sampledDiff({ m, n, k, a, b, d: oneWrongRow })).toBeGreaterThan(1e-3);
  });

  it('samples fewer rows when rows are dear, never none and never more than there are', () => {
    expect(sampledRowCount(9, 7, 40)).toBe(9);
    expect(sampledRowCount(4096, 4096, 7168)).toBe(10);
    expect(sampledRowCount(4096, 65536, 65536)).toBe(4);
    expect(sampledRowCount(1, 65536, 65536)).toBe(1);
  });
});

describe('randomBfloat16Codes', () => {
  it('repeats with the seed, has both signs and stays in its four binades', () => {
    expect(randomBfloat16Codes(50, 3)).toEqual(randomBfloat16Codes(50, 3));
    expect(randomBfloat16Codes(50, 3)).not.toEqual(randomBfloat16Codes(50, 4));
    const values = [...randomBfloat16Codes(4000, 5)].map(decodeBfloat16);
    expect(values.filter((value) => value > 0).length).toBeGreaterThan(1500);
    expect(values.filter((value) => value < 0).length).toBeGreaterThan(1500);
    for (const value of values) {
      expect(Math.abs(value)).toBeGreaterThanOrEqual(1 / 8);
      expect(Math.abs(value)).toBeLessThan(2);
    }
  });
});
