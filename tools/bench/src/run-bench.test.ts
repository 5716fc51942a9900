import { DgError } from '@dg/jit';
import { describe, expect, it } from 'vitest';
import type { BenchContext } from './bench-context.js';
import { benchPlan } from './bench-plan.js';
import type { ResultRow } from './result-row.js';
import { type BenchStep, benchSteps, runSteps } from './run-bench.js';

const context = { device: {}, variant: {}, identity: {} } as BenchContext;
const steps = (ops?: string, shapes?: string) =>
  benchSteps(context, benchPlan(ops, shapes)).map(({ name }) => name);

describe('steps', () => {
  it('measure the copy first, then every table, warm calls and first calls', () => {
    const all = steps();
    expect(all[0]).toBe('copy');
    expect(all.filter((name) => name.startsWith('fp8_nt_1d2d'))).toHaveLength(36);
    expect(all.filter((name) => name.startsWith('host_call'))).toHaveLength(8);
    expect(all.filter((name) => name.startsWith('host_launch'))).toHaveLength(4);
    expect(all.slice(-2)).toEqual(['first_call fp8_nt_1d2d', 'first_call bf16_nt']);
    expect(new Set(all).size).toBe(all.length);
  });

  it('are only those asked for, and the copy where something is compared with it', () => {
    expect(steps('bf16_nt', '1x2x8,3x4x8')).toEqual(['bf16_nt 1x2x8', 'bf16_nt 3x4x8']);
    expect(steps('transposes')[0]).toBe('copy');
  });
});

describe('runSteps', () => {
  const row = { op: 'host_call', us: 1 } as ResultRow;
  const good: BenchStep = { op: 'fine', name: 'good', measure: async () => [row] };
  const failing = (error: Error): BenchStep => ({
    op: 'broken',
    name: 'bad',
    measure: () => Promise.reject(error),
  });
  const record = () => {
    const log: string[] = [];
    return {
      log,
      observer: {
        row: () => void log.push('row'),
        failure: (step: BenchStep, error: DgError) => void log.push(`${step.name}: ${error.message}`),
      },
    };
  };

  it('goes on after a failure and says that there was one', async () => {
    const { log, observer } = record();
    const wrong = failing(new DgError('DG_BENCH_WRONG_RESULT', 'wrong'));
    const { succeeded, secondsOf } = await runSteps([good, wrong, good], observer);
    expect(succeeded).toBe(false);
    expect(log).toEqual(['row', 'bad: wrong', 'row']);
    expect([...secondsOf.keys()]).toEqual(['fine', 'broken']);
  });

  it('succeeds when every step does', async () => {
    expect((await runSteps([good], record().observer)).succeeded).toBe(true);
  });

  it('does not swallow a defect of its own', async () => {
    await expect(runSteps([failing(new TypeError('bug'))], record().observer)).rejects.toThrow('bug');
  });
});
