import { describeValue, reject } from '@dg/runtime';
import type { Recipe } from '../problem/recipe.js';

export const recipe1d2d: Recipe = Object.freeze([1, 128, 128] as const);
export const recipe1d1d: Recipe = Object.freeze([1, 1, 128] as const);
export const recipes: readonly Recipe[] = [recipe1d2d, recipe1d1d];

/** Returns the recipe among `known` that equals `value`; undefined when `value` is left out. */
export function requireRecipe(
  operation: string,
  value: unknown,
  known: readonly Recipe[] = recipes,
): Recipe | undefined {
  if (value === undefined) return undefined;
  // As callers in this package hand it on.
  if (known.includes(value as Recipe)) return value as Recipe;
  const found = known.find((recipe) => equals(recipe, value));
  if (found === undefined) {
    reject(operation, `recipe ${known.map(describeValue).join(' or ')}`, describeValue(value));
  }
  return found;
}

function equals(recipe: Recipe, value: unknown): boolean {
  return Array.isArray(value) && value.length === 3 && recipe.every((part, index) => part === value[index]);
}
