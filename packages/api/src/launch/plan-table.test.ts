import { describe, expect, it } from 'vitest';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { mostPlans, PlanTable } from './plan-table.js';

const problem: GemmProblem = {
  kind: 'dense',
  operandType: 'bfloat16',
  m: 64,
  n: 128,
  k: 256,
  majorA: 'k',
  majorB: 'k',
  outputType: 'bfloat16',
  accumulate: false,
  tmaStorable: true,
};

/** One for each field that tells problems apart, and dimensions exchanged. */
const others: Partial<GemmProblem>[] = [
  { m: 65 },
  { n: 129 },
  { k: 2 ** 31 - 1 },
  { m: 128, n: 64 },
  { n: 256, k: 128 },
  { operandType: 'float8_e4m3fn' },
  { outputType: 'float32' },
  { accumulate: true },
  { tmaStorable: false },
  { majorA: 'mn' },
  { majorB: 'mn' },
];

describe('PlanTable', () => {
  it('finds what was set for an equal problem', () => {
    const table = new PlanTable<string>();
    expect(table.get(problem)).toBeUndefined();
    table.set(problem, 'first');
    table.set({ ...problem }, 'second');
    expect(table.get({ ...problem })).toBe('second');
  });

  it.each(others)('tells a problem from the one with %o', (change) => {
    const table = new PlanTable<string>();
    const other = { ...problem, ...change };
    table.set(problem, 'problem');
    expect(table.get(other)).toBeUndefined();
    table.set(other, 'other');
    expect([table.get(problem), table.get(other)]).toEqual(['problem', 'other']);
  });

  it('keeps a bounded number of plans', () => {
    const table = new PlanTable<number>();
    for (let m = 1; m <= mostPlans; m++) table.set({ ...problem, m }, m);
    table.set({ ...problem, m: mostPlans }, 0);
    expect(table.get({ ...problem, m: 1 })).toBe(1);
    table.set({ ...problem, m: mostPlans + 1 }, -1);
    expect(table.get({ ...problem, m: 1 })).toBeUndefined();
    expect(table.get({ ...problem, m: mostPlans + 1 })).toBe(-1);
  });
});
