import { expect, it } from 'vitest';
import { spreadRuns } from './spread-runs.js';

it('takes everything of what is small', () => {
  expect(spreadRuns(30, 4, 8)).toEqual([{ start: 0, end: 30 }]);
  expect(spreadRuns(32, 4, 8)).toEqual([{ start: 0, end: 32 }]);
});

it('spreads from the first index to the last without overlap', () => {
  const runs = spreadRuns(33, 4, 8);
  expect(runs[0]).toEqual({ start: 0, end: 8 });
  expect(runs.at(-1)).toEqual({ start: 25, end: 33 });
  const indices = runs.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
  expect(indices).toHaveLength(32);
  expect(new Set(indices).size).toBe(32);
});
