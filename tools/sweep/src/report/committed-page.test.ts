import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readLines } from '../read-lines.js';
import { sweepReport } from './sweep-report.js';

it.each(['h200', 'h200-other-shapes'])('the page %s in results is made from the data beside it', (page) => {
  const textOf = (name: string) => readFileSync(new URL(`../../results/${name}`, import.meta.url), 'utf8');
  expect(textOf(`${page}.md`)).toBe(sweepReport(readLines(textOf(`${page}.jsonl`))));
});
