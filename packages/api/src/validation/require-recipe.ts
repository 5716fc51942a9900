import { describe } from './describe.js';
import { reject } from './reject.js';

/**
 * How many rows of A, rows of B and elements of K share one scale: one row of A, a block of 128 rows of B,
 * both per 128 of K.
 */
export type Recipe = readonly [1, 128, 128];

export function requireRecipe(operation: string, value: unknown): void {
  if (value === undefined) return;
  if (!Array.isArray(value) || value.length !== 3 || value[0] !== 1 || value[1] !== 128 || value[2] !== 128) {
    reject(operation, 'recipe [1, 128, 128]', describe(value));
  }
}
