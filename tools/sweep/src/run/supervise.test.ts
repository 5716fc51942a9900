import { expect, it } from 'vitest';
import type { SweepLine } from '../sweep-row.js';
import { supervise } from './supervise.js';
import type { Candidate, WorkerEnd, WorkerMessage } from './worker-messages.js';

const candidate = (name: string) => ({ op: 'bf16_nt', shape: [1, 2, 3], name }) as unknown as Candidate;
const start = (name: string): WorkerMessage => ({ type: 'start', candidate: candidate(name) });
const line = (name: string): WorkerMessage => ({
  type: 'line',
  line: { ...candidate(name), us: 1 } as unknown as SweepLine,
});
const finished: WorkerEnd = { exitCode: 0, signal: null };
const failed: WorkerEnd = { exitCode: 1, signal: null };
const killed: WorkerEnd = { exitCode: null, signal: 'SIGKILL' };

/** Runs workers that tell so much and end so. */
async function runWorkers(workers: readonly (readonly [readonly WorkerMessage[], WorkerEnd])[]) {
  const lines: object[] = [];
  const told: string[] = [];
  const left = [...workers];
  const done = await supervise({
    startWorker: async (onMessage) => {
      const [messages, end] = left.shift()!;
      for (const message of messages) onMessage(message);
      return end;
    },
    record: ({ name, ...rest }) => {
      lines.push('error' in rest ? { name, error: rest.error } : { name });
    },
    tell: (text) => told.push(text),
  });
  return { done, lines, told, left: left.length };
}

it('keeps what a worker measures', async () => {
  const compiled: WorkerMessage = { type: 'compiled', kernels: 3, failed: 1, seconds: 2 };
  const outcome = await runWorkers([[[compiled, start('a'), line('a'), start('b'), line('b')], finished]]);
  expect(outcome).toEqual({
    done: true,
    lines: [{ name: 'a' }, { name: 'b' }],
    told: ['3 kernels ready, 1 failed, 2.0 s'],
    left: 0,
  });
});

it('starts another worker after one that was lost, and blames what was running', async () => {
  const { done, lines } = await runWorkers([
    [[start('a'), line('a'), start('b')], killed],
    // It reported the failure itself.
    [[start('c'), line('c')], failed],
    [[start('d'), line('d')], finished],
  ]);
  expect(done).toBe(true);
  expect(lines).toEqual([
    { name: 'a' },
    { name: 'b', error: 'the process ended with SIGKILL' },
    { name: 'c' },
    { name: 'd' },
  ]);
});

it('gives up when a worker does not even start', async () => {
  expect(await runWorkers([[[], failed]])).toMatchObject({ done: false, lines: [] });
});
