import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readLines } from '../read-lines.js';
import { sweepReport } from './sweep-report.js';

it('the page in results is made from the data beside it', () => {
  const textOf = (name: string) => readFileSync(new URL(`../../results/${name}`, import.meta.url), 'utf8');
  expect(textOf('h200.md')).toBe(sweepReport(readLines(textOf('h200.jsonl'))));
});
