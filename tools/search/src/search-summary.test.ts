import { describe, expect, it } from 'vitest';
import type { CaseOutcome } from './case-outcome.js';
import { describeSummary } from './describe-summary.js';
import { deviceTable } from './device-table.js';
import { type RunFacts, summarise } from './search-summary.js';

const facts: RunFacts = {
  device: 'cuda:0 (H200)',
  commit: 'abc',
  seed: 5,
  sizes: 'full',
  seconds: 1.25,
  workers: 2,
  deviceId: 'cuda',
  command: './dg search',
  operationNames: ['fp8GemmNt', 'perTokenCastToFp8', 'transposeFp8'],
};

const fp8 = (value: number) => ({ epsilon: { of: 'float8_e4m3fn', value } });
const outcomes: CaseOutcome[] = [
  { index: 3, operation: 'fp8GemmNt', refused: false, milliseconds: 1, ...fp8(1e-4) },
  { index: 1, operation: 'fp8GemmNt', refused: false, milliseconds: 1, ...fp8(2e-4) },
  { index: 2, operation: 'fp8GemmNt', refused: true, milliseconds: 1 },
  {
    index: 0,
    operation: 'perTokenCastToFp8',
    refused: false,
    milliseconds: 1,
    failure: { description: 'perTokenCastToFp8: [3, 4]', message: 'codes: 1 of 12 elements have other bits' },
  },
];

describe('a summary', () => {
  const summary = summarise(outcomes, facts);

  it('counts by operation, keeps the largest ε and the lines of failures', () => {
    expect(summary.operations).toEqual({
      fp8GemmNt: { calls: 2, refused: 1, failures: 0, largestEpsilon: 2e-4 },
      perTokenCastToFp8: { calls: 1, refused: 0, failures: 1 },
      transposeFp8: { calls: 0, refused: 0, failures: 0 },
    });
    expect(summary.largestEpsilon).toEqual({ float8_e4m3fn: 2e-4 });
    expect(summary.failures.map(({ repeat }) => repeat)).toEqual([
      './dg search --device cuda --sizes full --seed 5 --case 0',
    ]);
  });

  it('reads as a table with failures first and the counts last', () => {
    const lines = describeSummary(summary).split('\n');
    expect(lines[0]).toBe('FAILED case 0: perTokenCastToFp8: [3, 4]');
    expect(lines[2]).toContain('--seed 5 --case 0');
    expect(lines.at(-1)).toBe('4 cases (full) on cuda:0 (H200), seed 5: 1 failed, 1.3 s, 2 processes');
  });

  it('becomes one column of a table of devices', () => {
    const other = summarise(outcomes.slice(0, 3), { ...facts, device: 'cpu' });
    expect(deviceTable([summary, other]).split('\n')).toEqual([
      '| operation | cuda:0 (H200) | cpu |',
      '| --- | ---: | ---: |',
      '| `fp8GemmNt` | 2 + 1 | 2 + 1 |',
      '| `perTokenCastToFp8` | 1 + 0, 1 FAILED | 0 + 0 |',
      '| `transposeFp8` | 0 + 0 | 0 + 0 |',
      '| all | 4, 1 FAILED | 3 |',
    ]);
  });
});
