import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** So that a server can compile, ahead of time, all that any number of tokens may need. */
export const mostConfigs = 8;

/** Numbers of rows by which the candidates are compared: about half a power of two apart. */
const sampledRows = [
  1, 16, 32, 64, 96, 128, 192, 256, 384, 512, 768, 1024, 1536, 2048, 3072, 4096, 6144, 8192, 16384,
];

/**
 * The candidates among which the choice is made, whatever M is: at most `mostConfigs`, those without which the estimated
 * time over all M would grow the most. `cyclesOf` is undefined where a candidate does not suit a problem.
 */
export function shortlist(
  problem: GemmProblem,
  candidates: readonly GemmConfig[],
  cyclesOf: (problem: GemmProblem, config: GemmConfig) => number | undefined,
): readonly GemmConfig[] {
  const cycles = sampledRows.map((rows) => {
    const sample = withRows(problem, rows);
    return candidates.map((config) => cyclesOf(sample, config) ?? Number.POSITIVE_INFINITY);
  });
  let kept = candidates.map((_, index) => index);
  while (kept.length > mostConfigs) kept = withoutLeast(kept, cycles);
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

/** Leaves out the one that is missed the least. */
function withoutLeast(kept: readonly number[], cycles: readonly (readonly number[])[]): number[] {
  let least = { index: kept[0]!, loss: Number.POSITIVE_INFINITY };
  for (const index of kept) {
    const others = kept.filter((other) => other !== index);
    const loss = cycles.reduce((sum, row) => sum + Math.log(fastest(row, others)), 0);
    if (loss < least.loss) least = { index, loss };
  }
  return kept.filter((index) => index !== least.index);
}

function fastest(cycles: readonly number[], indices: readonly number[]): number {
  let best = Number.POSITIVE_INFINITY;
  for (const index of indices) best = Math.min(best, cycles[index]!);
  return best;
}
