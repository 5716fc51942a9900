import { describeValue, reject } from '@dg/runtime';
import { scaleBlockK } from '../problem/recipe.js';

/** Throws unless `value` is left out, or what `ks` may hold: a multiple of 128 for each group, of the right sum. */
export function requireKsHost(operation: string, value: unknown, groups: number, sumK: number): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || value.length !== groups) {
    reject(operation, `ksHost to be an array of ${groups} numbers (G from ks)`, describeValue(value));
  }
  const wrong = value.findIndex((k) => !Number.isSafeInteger(k) || k < 0 || k % scaleBlockK !== 0);
  if (wrong !== -1) {
    reject(
      operation,
      `ksHost[${wrong}] to be a multiple of ${scaleBlockK}, or 0`,
      describeValue(value[wrong]),
    );
  }
  const sum = (value as number[]).reduce((total, k) => total + k, 0);
  if (sum !== sumK) reject(operation, `ksHost with the sum ${sumK} (that of a)`, `${sum}`);
}
