import type { GemmProblem } from '../problem/gemm-problem.js';

/** A server sees a new M with every batch: plans are cheap to make again, and must not pile up for ever. */
export const mostPlans = 16_384;

/** Something for each problem, looked up on every call: by integers, as to make a text of them costs far more. */
export class PlanTable<T> {
  readonly #variants: Map<number, Map<number, Map<number, T>>>[] = [];
  #count = 0;

  get(problem: GemmProblem): T | undefined {
    return this.#variants[variantOf(problem)]?.get(problem.m)?.get(problem.n)?.get(problem.k);
  }

  /** Forgets all others once there are `mostPlans` of them. */
  set(problem: GemmProblem, plan: T): void {
    if (this.get(problem) === undefined) this.#makeRoom();
    const variant = variantOf(problem);
    this.#variants[variant] ??= new Map();
    const byM = this.#variants[variant];
    const byN = byM.get(problem.m) ?? new Map<number, Map<number, T>>();
    byM.set(problem.m, byN);
    const byK = byN.get(problem.n) ?? new Map<number, T>();
    byN.set(problem.n, byK);
    byK.set(problem.k, plan);
  }

  #makeRoom(): void {
    if (this.#count === mostPlans) {
      this.#variants.length = 0;
      this.#count = 0;
    }
    this.#count += 1;
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
