import type { GemmConfig } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** Groups differ: some have fewer rows than the mean, some more. */
export const groupSpread = [0.7, 0.85, 1, 1.15, 1.3] as const;

/** A dense problem of about as many tiles and steps as a grouped one is expected to have, for the model of its time. */
export function equivalentDense(problem: GemmProblem, { blockM }: GemmConfig): GemmProblem {
  const { m, k } = problem;
  switch (problem.kind) {
    case 'dense':
    case 'm-grouped-contiguous':
      return problem;
    case 'm-grouped-masked':
      return { ...problem, m: Math.round(problem.groups * meanTileRows(problem.expectedM, m, blockM)) };
    case 'k-grouped':
      return { ...problem, m: problem.groups * m, k: Math.max(1, Math.round(k / problem.groups)) };
  }
}

/** Rows of the tiles that a group needs, which has `most` rows at the most. */
function meanTileRows(expectedM: number, most: number, blockM: number): number {
  const rows = groupSpread.map((factor) => ceilDiv(Math.min(most, expectedM * factor), blockM) * blockM);
  return rows.reduce((sum, each) => sum + each, 0) / groupSpread.length;
}
