import type { GemmConfig } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { SelectionDevice } from './selection-device.js';

/** A model has a few hundred products at the most. */
const mostEntries = 1024;

/** Keeps the shortlist of everything but the size of the batch, which takes milliseconds to make. */
export class ShortlistCache {
  readonly #lists = new Map<string, readonly GemmConfig[]>();

  get(
    problem: GemmProblem,
    device: SelectionDevice,
    make: () => readonly GemmConfig[],
  ): readonly GemmConfig[] {
    const key = keyOf(problem, device);
    const known = this.#lists.get(key);
    if (known !== undefined) return known;
    if (this.#lists.size === mostEntries) this.#lists.clear();
    const list = make();
    this.#lists.set(key, list);
    return list;
  }
}

/** Of all fields but those that `shortlist` varies. */
function keyOf(problem: GemmProblem, device: SelectionDevice): string {
  const { multiprocessorCount, numSms = multiprocessorCount, tcUtil } = device;
  const fixed: Record<string, unknown> = { ...problem };
  if (problem.kind === 'k-grouped') delete fixed['k'];
  else delete fixed['m'];
  delete fixed['expectedM'];
  return JSON.stringify([fixed, multiprocessorCount, numSms, tcUtil]);
}
