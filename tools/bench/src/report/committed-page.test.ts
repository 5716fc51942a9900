import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { allPlots } from './plots/all-plots.js';
import { readRows } from './read-rows.js';
import { report } from './report.js';

it('the page in results and its plots are made from the data beside them', () => {
  const textOf = (name: string) => readFileSync(new URL(`../../results/${name}`, import.meta.url), 'utf8');
  const rows = readRows(textOf('h200.jsonl'));
  const plots = allPlots(rows, 'h200');
  expect(textOf('h200.md')).toBe(report(rows, plots));
  for (const { file, svg } of plots) expect(textOf(file), file).toBe(svg);
});
