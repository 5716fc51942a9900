import { expect, it } from 'vitest';
import { settledBy } from './settled-by.js';

it('takes B as settled, and A where that is said', () => {
  expect(settledBy({})).toBe('b');
  expect(settledBy({ constantA: true })).toBe('all');
});

it('takes nothing as settled without B', () => {
  expect(settledBy({ constantB: false })).toBe('none');
  expect(settledBy({ constantB: false, constantA: true })).toBe('none');
});
