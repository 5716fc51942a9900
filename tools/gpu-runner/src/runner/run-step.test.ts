import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runStep } from './run-step.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dg-run-step-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('logs what the program prints and gives its exit code', async () => {
  const log = join(folder, 'log');
  const outcome = await runStep(
    { command: ['sh', '-c', 'echo out; echo err >&2; exit 3'], limitSeconds: 10 },
    log,
  );
  expect(outcome).toMatchObject({ exitCode: 3, timedOut: false });
  expect(readFileSync(log, 'utf8')).toBe('$ sh -c echo out; echo err >&2; exit 3\nout\nerr\n');
});

it('ends a program at its limit, and says so', async () => {
  const outcome = await runStep({ command: ['sleep', '30'], limitSeconds: 1 }, join(folder, 'slow'));
  expect(outcome.timedOut).toBe(true);
  expect(outcome.seconds).toBeLessThan(10);
});

it('reports a program that is not there', async () => {
  const outcome = await runStep({ command: ['no-such-program-here'], limitSeconds: 5 }, join(folder, 'none'));
  expect(outcome).toMatchObject({ exitCode: 127, timedOut: false });
});
