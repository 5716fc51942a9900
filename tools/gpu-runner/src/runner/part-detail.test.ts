import { expect, it } from 'vitest';
import { benchDetail, testDetail } from './part-detail.js';

it('counts tests', () => {
  const report = { numTotalTests: 10, numPassedTests: 7, numFailedTests: 2, numPendingTests: 1 };
  expect(testDetail(JSON.stringify(report))).toBe('7 of 10 passed, 2 failed, 1 skipped');
  expect(testDetail('')).toBe('no report: the run did not end');
});

it('counts rows and failures', () => {
  expect(benchDetail('{"op":1}\n{"op":2}\n', 'fine\nFAILED bf16_nt 1x2x8: wrong\n')).toBe('2 rows, 1 failed');
  expect(benchDetail('', '')).toBe('0 rows, 0 failed');
});
