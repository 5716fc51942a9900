import type { GemmProblem } from '../problem/gemm-problem.js';

/** Something for each problem, looked up on every call: by integers, as to make a text of them costs far more. */
export class PlanTable<T> {
  readonly #variants: Map<number, Map<number, Map<number, T>>>[] = [];

  get(problem: GemmProblem): T | undefined {
    return this.#variants[variantOf(problem)]?.get(problem.m)?.get(problem.n)?.get(problem.k);
  }

  set(problem: GemmProblem, plan: T): void {
    const variant = variantOf(problem);
    this.#variants[variant] ??= new Map();
    const byM = this.#variants[variant];
    const byN = byM.get(problem.m) ?? new Map<number, Map<number, T>>();
    byM.set(problem.m, byN);
    const byK = byN.get(problem.n) ?? new Map<number, T>();
    byN.set(problem.n, byK);
    byK.set(problem.k, plan);
  }
}

/** A small integer for all of a problem but its dimensions. */
function variantOf(problem: GemmProblem): number {
  return (
    (problem.operandType === 'bfloat16' ? 1 : 0) +
    (problem.outputType === 'float32' ? 2 : 0) +
    (problem.accumulate ? 4 : 0) +
    (problem.tmaStorable ? 8 : 0) +
    (problem.majorA === 'mn' ? 16 : 0) +
    (problem.majorB === 'mn' ? 32 : 0)
  );
}
