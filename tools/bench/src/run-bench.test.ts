import { DgError } from '@dg/jit';
import type { KernelDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { benchPlan } from './bench-plan.js';
import type { ResultRow } from './result-row.js';
import { type BenchStep, benchSteps, runSteps } from './run-bench.js';
import { noYardsticks } from './yardsticks.js';

const identity = { device: 'card', date: '2026-11-22', commit: null };
const steps = (ops?: string, shapes?: string) =>
  benchSteps({} as KernelDevice, benchPlan(ops, shapes), noYardsticks, identity).map((step) => step.name);

describe('steps', () => {
  it('cover both dense tables, the casts, warm calls and first calls', () => {
    const all = steps();
    expect(all.filter((name) => name.startsWith('fp8_nt_1d2d'))).toHaveLength(36);
    expect(all.filter((name) => name.startsWith('bf16_nt'))).toHaveLength(36);
    expect(all.slice(72)).toEqual([
      ...['per_token', 'per_block'].flatMap((kind) =>
        ['8192x7168', '4096x16384', '7168x16384'].map((shape) => `cast_${kind} ${shape}`),
      ),
      'host_call fp8_nt_1d2d',
      'host_call bf16_nt',
      'first_call fp8_nt_1d2d',
      'first_call bf16_nt',
    ]);
  });

  it('are only those asked for', () => {
    expect(steps('bf16_nt', '1x2x8,3x4x8')).toEqual(['bf16_nt 1x2x8', 'bf16_nt 3x4x8']);
  });
});

describe('runSteps', () => {
  const row = { op: 'host_call', us: 1 } as ResultRow;
  const good: BenchStep = { name: 'good', measure: async () => [row] };
  const failing = (error: Error): BenchStep => ({ name: 'bad', measure: () => Promise.reject(error) });
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
    expect(await runSteps([good, wrong, good], observer)).toBe(false);
    expect(log).toEqual(['row', 'bad: wrong', 'row']);
  });

  it('succeeds when every step does', async () => {
    expect(await runSteps([good], record().observer)).toBe(true);
  });

  it('does not swallow a defect of its own', async () => {
    await expect(runSteps([failing(new TypeError('bug'))], record().observer)).rejects.toThrow('bug');
  });
});
