import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allPlots } from './plots/all-plots.js';
import { readRows } from './read-rows.js';
import { report } from './report.js';

it('the page in results is made from the data beside it', () => {
  const textOf = (name: string) => readFileSync(new URL(`../../results/${name}`, import.meta.url), 'utf8');
  const rows = readRows(textOf('h200.jsonl'));
  expect(textOf('h200.md')).toBe(report(rows, allPlots(rows, 'h200')));
});
