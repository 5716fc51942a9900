import type { DenseProblem } from '../../src/problem/gemm-problem.js';

/** A dense product as the choice of a configuration sees it: of K-major operands, without C, where nothing is said. */
export function denseProblem(
  given: Pick<DenseProblem, 'operandType' | 'm' | 'n' | 'k'> & Partial<DenseProblem>,
): DenseProblem {
  const plain = { majorA: 'k', majorB: 'k', outputType: 'float32' } as const;
  return { kind: 'dense', ...plain, accumulate: false, tmaStorable: true, ...given };
}
