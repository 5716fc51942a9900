import { describe, expect, it } from 'vitest';
import { allOf } from './check.js';
import { diff, diffBelow } from './diff.js';
import { sameBits } from './same-bits.js';
import { spacingAt } from './spacing.js';
import { withinBound } from './within-bound.js';

const nan = Number.NaN;

describe('sameBits', () => {
  it('tells -0 from 0, and takes equal NaN as the same', () => {
    expect(sameBits(Float32Array.of(1, nan), Float32Array.of(1, nan)).passed).toBe(true);
    expect(sameBits(Float32Array.of(1, -0), Float32Array.of(1, 0)).passed).toBe(false);
  });

  it('names the first difference, or the lengths', () => {
    expect(sameBits(Int32Array.of(1, 2, 3), Int32Array.of(1, 5, 4)).detail).toBe('element 1 is 2, not 5');
    expect(sameBits(Uint8Array.of(1), Uint8Array.of(1, 2)).detail).toBe('1 elements, not 2');
  });
});

describe('withinBound', () => {
  const bound = () => 0.5;
  it('takes errors up to the bound and says how much of it they use', () => {
    expect(withinBound([1.25, 2], [1, 2], bound)).toEqual({ passed: true, detail: 'error <= 0.50 of bound' });
    expect(withinBound([1.5], [1], bound).passed).toBe(true);
  });

  it.each([[1.6], [nan], [Number.POSITIVE_INFINITY]])('refuses %d in the place of 1', (value) => {
    expect(withinBound([value], [1], bound).passed).toBe(false);
  });

  it('refuses a bound that is NaN, and a missing element', () => {
    expect(withinBound([1], [1.1], () => nan).passed).toBe(false);
    expect(withinBound([], [1], bound).passed).toBe(false);
  });
});

describe('diff', () => {
  it('is 0 for the same and for zeros, 2 for the opposite', () => {
    expect(diff([3, 4], [3, 4])).toBe(0);
    expect(diff([0], [0])).toBe(0);
    expect(diff([1, 2], [-1, -2])).toBe(2);
  });

  it('is about half the square of a relative error', () => {
    expect(diff([1.01, 2.02], [1, 2])).toBeCloseTo(0.5 * 0.01 ** 2, 6);
  });

  it('passes below its limit only, and never for NaN', () => {
    expect(diffBelow([1.01], [1], 1e-4).passed).toBe(true);
    expect(diffBelow([1.02], [1], 1e-4).passed).toBe(false);
    expect(diffBelow([nan], [1], 1e-4).passed).toBe(false);
  });
});

it.each([
  [1, 'bfloat16', 2 ** -7],
  [-1.99, 'bfloat16', 2 ** -7],
  [0, 'float32', 2 ** -149],
  [448, 'float8_e4m3fn', 32],
  [2 ** -6, 'float8_e4m3fn', 2 ** -9],
  [0, 'float8_e4m3fn', 2 ** -9],
] as const)('next to %d in %s lies what is %d away', (value, format, spacing) => {
  expect(spacingAt(value, format)).toBe(spacing);
});

it('allOf says the first that failed', () => {
  const [good, bad] = [
    { passed: true, detail: 'good' },
    { passed: false, detail: 'bad' },
  ];
  expect(allOf([good, bad, { passed: false, detail: 'worse' }], 'all well')).toBe(bad);
  expect(allOf([good, good], 'all well')).toEqual({ passed: true, detail: 'all well' });
});
