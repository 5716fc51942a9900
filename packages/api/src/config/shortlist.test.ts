import type { GemmConfig } from '@dg/kernels';
import { expect, it } from 'vitest';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { mostConfigs, shortlist } from './shortlist.js';

const problem: GemmProblem = {
  kind: 'dense',
  operandType: 'bfloat16',
  m: 1,
  n: 4096,
  k: 4096,
  majorA: 'k',
  majorB: 'k',
  outputType: 'bfloat16',
  accumulate: false,
  tmaStorable: true,
};

/** Candidates told apart by `blockN`, and the cycles of each for a number of rows; undefined where it does not suit. */
function kept(count: number, cyclesOf: (rows: number, candidate: number) => number | undefined): number[] {
  const candidates = Array.from({ length: count }, (_, blockN) => ({ blockN }) as GemmConfig);
  return shortlist(problem, candidates, ({ m }, { blockN }) => cyclesOf(m, blockN)).map(
    ({ blockN }) => blockN,
  );
}

it('has no more candidates than a server is to compile', () => {
  expect(kept(40, (rows, candidate) => 100 + ((rows * 7 + candidate * 13) % 40))).toHaveLength(mostConfigs);
  expect(kept(mostConfigs, () => 1)).toHaveLength(mostConfigs);
});

it('keeps what is far better for a few numbers of rows only, between powers of two', () => {
  const between = (rows: number, candidate: number) =>
    candidate === 17 && rows > 1100 && rows < 1500 ? 50 : 100 + candidate;
  expect(kept(40, between)).toContain(17);
});

it('leaves out what is missed the least', () => {
  // Candidate c is the only good one for the c-th range of rows, and the better the less c is.
  const range = (rows: number) => Math.min(9, Math.max(0, Math.floor(Math.log2(rows)) - 4));
  const found = kept(10, (rows, candidate) => (candidate === range(rows) ? 100 - 5 * (10 - candidate) : 100));
  expect(found).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

it('counts powers of two for more than other numbers of rows', () => {
  // Either way all but two ranges are served; candidate 8 is good at 4096 alone, 9 at two numbers beside it.
  const range = (rows: number) => Math.min(7, Math.max(0, Math.floor(0.9 * (Math.log2(rows) - 4))));
  const cycles = (rows: number, candidate: number) => {
    if (candidate < 7) return candidate === range(rows) ? 10 : 100;
    if (candidate === 8) return rows === 4096 ? 80 : 100;
    return candidate === 9 && rows > 4096 && rows < 5600 ? 80 : 100;
  };
  const found = kept(10, cycles);
  expect(found).toContain(8);
  expect(found).not.toContain(9);
});

it('never leaves out the only one that suits some number of rows', () => {
  const found = kept(40, (rows, candidate) => {
    if (rows > 8000) return candidate === 5 ? 1000 : undefined;
    return 1 + candidate;
  });
  expect(found).toContain(5);
});

it('asks nothing of rows that nothing suits', () => {
  const found = kept(40, (rows, candidate) => (rows > 100 ? undefined : candidate === 0 ? 1 : 2));
  expect(found).toContain(0);
});
