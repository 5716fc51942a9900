import { describe, expect, it } from 'vitest';
import { geometricMean } from './geometric-mean.js';
import { median } from './median.js';

describe('median', () => {
  it.each([
    [[5], 5],
    [[10, 9, 100], 10],
    [[4, 1, 3, 2], 2.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it('leaves its argument alone and needs a value', () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
    expect(() => median([])).toThrow('expected at least 1 value for median but received 0');
  });
});

describe('geometricMean', () => {
  it('is the n-th root of the product', () => {
    expect(geometricMean([2, 8])).toBeCloseTo(4, 12);
    expect(geometricMean([0.5, 2, 27])).toBeCloseTo(3, 12);
  });

  it.each([[[]], [[1, 0]], [[1, -2]], [[Number.NaN]]])('rejects %j', (values) => {
    expect(() => geometricMean(values)).toThrow(/^expected .* for geometricMean but received/);
  });
});
