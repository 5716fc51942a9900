import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PlannedPart } from './plan-parts.js';
import { runAll } from './run-all.js';

let outputs: string;
beforeAll(() => {
  outputs = mkdtempSync(join(tmpdir(), 'dg-run-all-'));
});
afterAll(() => rmSync(outputs, { recursive: true, force: true }));

const part = (name: PlannedPart['name'], script: string): PlannedPart => ({
  name,
  log: `${name}.log`,
  results: ['stale.json'],
  steps: [{ command: ['sh', '-c', script], limitSeconds: 10 }],
});

it('runs every part after a failure and ends with a table', async () => {
  const lines: string[] = [];
  const parts = [part('warm', 'echo 5 kernels; exit 2'), part('sanitizer', 'echo clean')];
  expect(await runAll(parts, outputs, (line) => lines.push(line))).toBe(false);
  expect(lines).toHaveLength(2);
  expect(lines[0]).toMatch(/^warm +FAILED 2 +0 s {2}5 kernels$/);
  expect(lines[1]).toMatch(/^sanitizer +ok +0 s {2}clean$/);
  expect(readFileSync(join(outputs, 'summary.txt'), 'utf8').trimEnd().split('\n').slice(1)).toEqual(lines);
});

it('succeeds when every part does, and starts its files anew', async () => {
  writeFileSync(join(outputs, 'stale.json'), '{}');
  expect(await runAll([part('warm', 'echo again')], outputs, () => {})).toBe(true);
  expect(readFileSync(join(outputs, 'warm.log'), 'utf8')).toBe('$ sh -c echo again\nagain\n');
  expect(existsSync(join(outputs, 'stale.json'))).toBe(false);
});
