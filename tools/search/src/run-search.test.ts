import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { CaseOutcome } from './case-outcome.js';
import { runSearch, type SearchRun } from './run-search.js';
import { searchOperations } from './search-operations.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dg-search-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A worker whose answer to a case is the given code. */
function workerThat(name: string, answer: string, start = ''): string {
  const path = join(folder, `${name}.mjs`);
  writeFileSync(
    path,
    `const send = (message) => process.send(message);
     ${start}
     const pass = (index, more = {}) => send({
       type: 'outcome',
       outcome: { index, operation: 'x', refused: false, milliseconds: 1, ...more },
     });
     const fail = (index) => pass(index, { failure: { description: String(process.pid), message: 'wrong' } });
     process.on('message', (index) => { ${answer} });
     send({ type: 'ready', name: 'cuda:0', model: 'H200' });`,
  );
  return path;
}

/** The condition by which one process goes on: the first to write its number into the file. */
function firstOnly(file: string): string {
  return `let first = true;
    try { writeFileSync(${JSON.stringify(join(folder, file))}, String(process.pid), { flag: 'wx' }); } catch { first = false; }
    if (first)`;
}

async function run(path: string, options: Partial<SearchRun> = {}) {
  const outcomes: CaseOutcome[] = [];
  const device = await runSearch({
    program: { path, settings: { device: 'cuda', seed: 1, sizes: 'small' }, caseSeconds: 2 },
    operations: searchOperations(),
    cases: 8,
    workers: 2,
    mostFailures: 5,
    seconds: 60,
    onOutcome: (outcome) => outcomes.push(outcome),
    ...options,
  });
  return { device, outcomes: outcomes.sort((x, y) => x.index - y.index) };
}

describe('runSearch', () => {
  it('runs every case once and tells the device', async () => {
    const { device, outcomes } = await run(workerThat('right', 'pass(index);'));
    expect(device).toBe('cuda:0 (H200)');
    expect(outcomes.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('says nothing of leaks where there are many processes', async () => {
    const warnings: Error[] = [];
    const note = (warning: Error) => warnings.push(warning);
    process.on('warning', note);
    onTestFinished(() => void process.off('warning', note));
    await run(workerThat('many', 'pass(index);'), { workers: 12, cases: 24 });
    expect(warnings).toEqual([]);
  });

  it('goes on after a failure, in a new process', async () => {
    const { outcomes } = await run(workerThat('wrong', 'if (index % 2) pass(index); else fail(index);'));
    const failed = outcomes.flatMap(({ failure }) => (failure === undefined ? [] : [failure.description]));
    expect(outcomes).toHaveLength(8);
    expect(new Set(failed).size).toBe(4);
  });

  it('goes on after a process ended, and calls its case failed', async () => {
    const { outcomes } = await run(workerThat('dying', 'if (index === 3) process.exit(7); pass(index);'));
    expect(outcomes).toHaveLength(8);
    expect(outcomes[3]!.failure).toMatchObject({ message: 'the process ended with exit code 7' });
    expect(outcomes[3]!.failure!.description).toContain(outcomes[3]!.operation);
  });

  it('ends a case that takes too long', async () => {
    const { outcomes } = await run(workerThat('hanging', 'if (index === 1) for (;;); pass(index);'));
    expect(outcomes).toHaveLength(8);
    expect(outcomes[1]!.failure?.message).toBe('no end within 2 s');
  });

  it('ends after too many failures, and after its time', async () => {
    const failing = await run(workerThat('failing', 'fail(index);'), { cases: 100, mostFailures: 3 });
    expect(failing.outcomes.length).toBeGreaterThanOrEqual(3);
    expect(failing.outcomes.length).toBeLessThan(6);
    const slow = workerThat('slow', 'setTimeout(() => pass(index), 300);');
    expect((await run(slow, { cases: 100, seconds: 1 })).outcomes.length).toBeLessThan(20);
  });

  it('throws when the device cannot be used', async () => {
    const start = "send({ type: 'unavailable', message: 'no GPU here' }); await new Promise(() => {});";
    await expect(run(workerThat('unavailable', '', start))).rejects.toThrow(
      'expected the device cuda for the search but received: no GPU here',
    );
    const second = `import { writeFileSync } from 'node:fs';
      ${firstOnly('mark')} ; else process.exit(4);`;
    await expect(run(workerThat('for one only', 'fail(index);', second), { cases: 1e6 })).rejects.toThrow(
      'ended with exit code 4',
    );
    await expect(run(workerThat('broken', '', 'process.exit(3);'))).rejects.toThrow('ended with exit code 3');
  });

  it('leaves no process behind when it throws, not even one that hangs before it is ready', async () => {
    const hanging = `import { writeFileSync } from 'node:fs';
      ${firstOnly('hanging-pid')} for (;;) await new Promise((resolve) => setTimeout(resolve, 1000));
      else process.exit(5);`;
    const path = workerThat('one hangs', 'pass(index);', hanging);
    await expect(run(path)).rejects.toThrow('ended with exit code 5');
    const pid = Number(readFileSync(join(folder, 'hanging-pid'), 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });
});
