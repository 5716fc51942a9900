import type { GemmConfig } from '@dg/kernels';
import { ceilDiv } from '@dg/runtime';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** A dense problem of about as many tiles and steps as a grouped one is expected to have, for the model of its time. */
export function equivalentDense(problem: GemmProblem, { blockM }: GemmConfig): GemmProblem {
  const { m, k } = problem;
  switch (problem.kind) {
    case 'dense':
    case 'm-grouped-contiguous':
      return problem;
    case 'm-grouped-masked':
      return { ...problem, m: problem.groups * ceilDiv(problem.expectedM, blockM) * blockM };
    case 'k-grouped':
      return { ...problem, m: problem.groups * m, k: Math.max(1, Math.round(k / problem.groups)) };
  }
}
