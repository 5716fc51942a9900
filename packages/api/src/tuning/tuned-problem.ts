import { alignUp } from '@dg/runtime';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { type Recipe, scaleRowsOfB } from '../problem/recipe.js';

/** No tile is lower: D with as many blocks of rows has as many tiles, whatever the configuration. */
const rowsOfBlock = 64;

/**
 * What a measurement holds for: the problem with as many rows as its last block of 64 can have, so that one measurement
 * serves all batches that are cut into the same tiles.
 */
export function tunedProblem(problem: GemmProblem): GemmProblem {
  const same = { ...problem, ...operandFields(problem) };
  switch (same.kind) {
    case 'dense':
      return { ...same, m: alignUp(same.m, rowsOfBlock) };
    case 'm-grouped-contiguous':
      // How the groups are told apart does not matter to the time.
      return { ...same, m: alignUp(same.m, rowsOfBlock), layout: 'rows' };
    case 'm-grouped-masked':
      return { ...same, expectedM: Math.min(same.m, alignUp(same.expectedM, rowsOfBlock)) };
    case 'k-grouped':
      return same;
  }
}

/** FP8 operands are K-major when they are launched, and have a recipe. */
function operandFields({ operandType, majorA, majorB, recipe }: GemmProblem) {
  return operandType === 'bfloat16'
    ? { majorA, majorB, recipe: undefined }
    : { majorA: 'k' as const, majorB: 'k' as const, recipe: [1, scaleRowsOfB(recipe), 128] as Recipe };
}

/** A text of it: equal for problems that share a measurement on such a device. */
export function tunedKey(problem: GemmProblem, device: TunedDevice): string {
  const { model, multiprocessorCount, numSms = multiprocessorCount } = device;
  const fields = Object.entries(tunedProblem(problem)).sort(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify({ model, multiprocessorCount, numSms, problem: Object.fromEntries(fields) });
}

/** What a key was made of, by `tunedKey`. */
export function partsOfKey(key: string): { readonly problem: GemmProblem; readonly device: TunedDevice } {
  const { problem, ...device } = JSON.parse(key) as TunedDevice & { problem: GemmProblem };
  return { problem, device };
}

export interface TunedDevice extends Pick<SelectionDevice, 'multiprocessorCount' | 'numSms'> {
  /** `NVIDIA H200` */
  readonly model: string;
}
