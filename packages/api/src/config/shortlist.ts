import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** So that a server can compile, ahead of time, all that any number of tokens may need. */
export const mostConfigs = 8;

/** What a power of two counts among the numbers of rows: they are usual. */
const weightOfPowers = 5;

/**
 * Numbers of rows by which the candidates are compared, and what each counts. They are a fifth apart: with steps of a half,
 * kernels whose tiles fill the multiprocessors just between two steps would be left out. Fewer than 16 rows are as good as
 * one: what decides there is B.
 */
const samples: readonly { readonly rows: number; readonly weight: number }[] = [
  ...[1, ...steps(2, 16, 16384)].map((rows) => ({ rows, weight: weightOfPowers })),
  ...steps(1.2, 20, 16000).map((rows) => ({ rows, weight: 1 })),
];

/** From `first` to `last`, each so many times the one before. */
function steps(factor: number, first: number, last: number): readonly number[] {
  const rows = [first];
  while (rows.at(-1)! < last) rows.push(Math.min(last, Math.ceil(rows.at(-1)! * factor)));
  return rows;
}

/** What the candidates take for one number of rows. */
interface Sample {
  readonly weight: number;
  readonly cycles: readonly number[];
}

/**
 * The candidates among which the choice is made, whatever M is: at most `mostConfigs`, those without which the estimated
 * time over all M would grow the most. `cyclesOf` is undefined where a candidate does not suit a problem.
 */
export function shortlist(
  problem: GemmProblem,
  candidates: readonly GemmConfig[],
  cyclesOf: (problem: GemmProblem, config: GemmConfig) => number | undefined,
): readonly GemmConfig[] {
  if (candidates.length <= mostConfigs) return candidates;
  const measured = samples.map(({ rows, weight }) => {
    const sample = withRows(problem, rows);
    return {
      weight,
      cycles: candidates.map((config) => cyclesOf(sample, config) ?? Number.POSITIVE_INFINITY),
    };
  });
  let kept = candidates.map((_, index) => index);
  while (kept.length > mostConfigs) kept = withoutLeast(kept, measured);
  return kept.map((index) => candidates[index]!);
}

/** The problem of another batch. What groups have on the average is what changes there, with room for more. */
function withRows(problem: GemmProblem, rows: number): GemmProblem {
  switch (problem.kind) {
    case 'dense':
      return { ...problem, m: rows };
    case 'm-grouped-contiguous':
      return { ...problem, m: rows * problem.groups };
    case 'm-grouped-masked':
      return { ...problem, m: 2 * rows, expectedM: rows };
    case 'k-grouped':
      return { ...problem, k: rows * problem.groups };
  }
}

/** Leaves out the one that is missed the least: where it is the fastest of those kept, the second takes its place. */
function withoutLeast(kept: readonly number[], measured: readonly Sample[]): number[] {
  const missed = new Map(kept.map((index) => [index, 0]));
  for (const { weight, cycles } of measured) {
    const [fastest, second] = twoFastest(cycles, kept);
    if (cycles[fastest] === Number.POSITIVE_INFINITY) continue;
    missed.set(fastest, missed.get(fastest)! + weight * Math.log(cycles[second]! / cycles[fastest]!));
  }
  const least = kept.reduce((x, y) => (missed.get(y)! < missed.get(x)! ? y : x));
  return kept.filter((index) => index !== least);
}

/** The indices of the two least. */
function twoFastest(cycles: readonly number[], indices: readonly number[]): readonly [number, number] {
  let [fastest, second] = indices as readonly [number, number];
  if (cycles[second]! < cycles[fastest]!) [fastest, second] = [second, fastest];
  for (const index of indices.slice(2)) {
    if (cycles[index]! < cycles[fastest]!) [fastest, second] = [index, fastest];
    else if (cycles[index]! < cycles[second]!) second = index;
  }
  return [fastest, second];
}
