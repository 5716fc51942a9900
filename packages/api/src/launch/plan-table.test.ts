import { describe, expect, it } from 'vitest';
import type {
  DenseProblem,
  GemmProblem,
  KGroupedProblem,
  MGroupedContiguousProblem,
  MGroupedMaskedProblem,
} from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { mostPlans, PlanTable } from './plan-table.js';

const settings: LaunchSettings = { numSms: 132, tcUtil: 0.875 };

const problem: DenseProblem = {
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
const contiguous: MGroupedContiguousProblem = {
  ...problem,
  kind: 'm-grouped-contiguous',
  groups: 4,
  layout: 'rows',
  mkAlignment: 128,
};
const masked: MGroupedMaskedProblem = { ...problem, kind: 'm-grouped-masked', groups: 4, expectedM: 128 };
const kGrouped: KGroupedProblem = { ...problem, kind: 'k-grouped', groups: 4, storage: 'matrix' };

/** One for each field that tells problems apart, and dimensions exchanged. */
const others: GemmProblem[] = [
  { ...problem, m: 65 },
  { ...problem, n: 129 },
  { ...problem, k: 2 ** 31 - 1 },
  { ...problem, m: 128, n: 64 },
  { ...problem, n: 256, k: 128 },
  { ...problem, operandType: 'float8_e4m3fn' },
  { ...problem, operandType: 'float8_e4m3fn', recipe: [1, 1, 128] },
  { ...problem, outputType: 'float32' },
  { ...problem, accumulate: true },
  { ...problem, tmaStorable: false },
  { ...problem, majorA: 'mn' },
  { ...problem, majorB: 'mn' },
  contiguous,
  { ...contiguous, groups: 5 },
  { ...contiguous, layout: 'psum' },
  { ...contiguous, mkAlignment: 64 },
  masked,
  { ...masked, groups: 5 },
  { ...masked, expectedM: 64 },
  kGrouped,
  { ...kGrouped, groups: 5 },
  { ...kGrouped, storage: 'blocks' },
];

describe('PlanTable', () => {
  it('finds what was set for an equal problem and equal settings', () => {
    const table = new PlanTable<string>();
    expect(table.get(problem, settings)).toBeUndefined();
    table.set(problem, settings, 'first');
    table.set({ ...problem }, settings, 'second');
    expect(table.get({ ...problem }, { ...settings })).toBe('second');
  });

  it('tells all problems apart', () => {
    const table = new PlanTable<number>();
    const all = [problem, ...others];
    for (const [index, each] of all.entries()) {
      expect(table.get(each, settings), JSON.stringify(each)).toBeUndefined();
      table.set(each, settings, index);
    }
    expect(all.map((each) => table.get(each, settings))).toEqual(all.map((_, index) => index));
  });

  it('tells settings apart', () => {
    const table = new PlanTable<string>();
    table.set(problem, settings, 'these');
    expect(table.get(problem, { ...settings, numSms: 131 })).toBeUndefined();
    expect(table.get(problem, { ...settings, tcUtil: 0.5 })).toBeUndefined();
  });

  it('takes FP8 without a recipe as 1D2D', () => {
    const table = new PlanTable<string>();
    table.set({ ...problem, operandType: 'float8_e4m3fn' }, settings, 'plan');
    expect(table.get({ ...problem, operandType: 'float8_e4m3fn', recipe: [1, 128, 128] }, settings)).toBe(
      'plan',
    );
  });

  it('keeps a bounded number of plans', () => {
    const table = new PlanTable<number>();
    for (let m = 1; m <= mostPlans; m++) table.set({ ...problem, m }, settings, m);
    table.set({ ...problem, m: mostPlans }, settings, 0);
    expect(table.get({ ...problem, m: 1 }, settings)).toBe(1);
    table.set({ ...problem, m: mostPlans + 1 }, settings, -1);
    expect(table.get({ ...problem, m: 1 }, settings)).toBeUndefined();
    expect(table.get({ ...problem, m: mostPlans + 1 }, settings)).toBe(-1);
  });
});
