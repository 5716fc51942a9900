import type { GemmProblem } from '../problem/gemm-problem.js';
import { scaleRowsOfB } from '../problem/recipe.js';
import type { LaunchSettings } from '../settings/launch-settings.js';

/** A server sees a new M with every batch: plans are cheap to make again, and must not pile up for ever. */
export const mostPlans = 16_384;

type Level<T> = Map<number, Level<T> | T>;

/**
 * Something for each problem and settings, looked up on every call: by numbers, as to make a text of them costs far more.
 */
export class PlanTable<T extends object | string | number> {
  readonly #root: Level<T> = new Map();
  #count = 0;

  get(problem: GemmProblem, settings: LaunchSettings): T | undefined {
    let level: Level<T> | T | undefined = this.#root;
    for (const part of keyOf(problem, settings)) level = (level as Level<T> | undefined)?.get(part);
    return level as T | undefined;
  }

  /** Forgets all others once there are `mostPlans` of them. */
  set(problem: GemmProblem, settings: LaunchSettings, plan: T): void {
    if (this.get(problem, settings) === undefined) this.#makeRoom();
    const key = keyOf(problem, settings);
    const last = key.length - 1;
    let level = this.#root;
    for (const part of key.slice(0, last)) {
      const next = (level.get(part) as Level<T> | undefined) ?? new Map();
      level.set(part, next);
      level = next;
    }
    level.set(key[last]!, plan);
  }

  #makeRoom(): void {
    if (this.#count === mostPlans) {
      this.#root.clear();
      this.#count = 0;
    }
    this.#count += 1;
  }
}

/** Numbers that tell all problems and settings apart. Those with one variant have keys of one length. */
function keyOf(problem: GemmProblem, { numSms, tcUtil }: LaunchSettings): readonly number[] {
  const { m, n, k } = problem;
  const variant = variantOf(problem);
  switch (problem.kind) {
    case 'dense':
      return [variant, m, n, k, numSms, tcUtil];
    case 'm-grouped-contiguous':
      return [variant, m, n, k, numSms, tcUtil, problem.groups, problem.mkAlignment];
    case 'm-grouped-masked':
      return [variant, m, n, k, numSms, tcUtil, problem.groups, problem.expectedM];
    case 'k-grouped':
      return [variant, m, n, k, numSms, tcUtil, problem.groups];
  }
}

const kinds = { dense: 0, 'm-grouped-contiguous': 256, 'm-grouped-masked': 512, 'k-grouped': 768 } as const;

/** A small integer for what has few values. */
function variantOf(problem: GemmProblem): number {
  return (
    kinds[problem.kind] +
    (problem.operandType === 'bfloat16' ? 1 : 0) +
    (problem.outputType === 'float32' ? 2 : 0) +
    (problem.accumulate ? 4 : 0) +
    (problem.tmaStorable ? 8 : 0) +
    (problem.majorA === 'mn' ? 16 : 0) +
    (problem.majorB === 'mn' ? 32 : 0) +
    (scaleRowsOfB(problem.recipe) === 1 ? 64 : 0) +
    (problem.kind === 'm-grouped-contiguous' && problem.layout === 'psum' ? 128 : 0) +
    (problem.kind === 'k-grouped' && problem.storage === 'blocks' ? 128 : 0)
  );
}
