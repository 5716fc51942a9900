import { describeValue, reject } from '@dg/runtime';

/** Rows of A, rows of B and elements of K that share one scale. */
export type ScaleRecipe = readonly [1, 1 | 128, 128];

const recipes: readonly ScaleRecipe[] = [
  [1, 128, 128],
  [1, 1, 128],
];

/** `otherwise` when `value` is left out. */
export function requireScaleRecipe(operation: string, value: unknown, otherwise: ScaleRecipe): ScaleRecipe {
  if (value === undefined) return otherwise;
  const found = recipes.find(
    (recipe) =>
      Array.isArray(value) && value.length === recipe.length && recipe.every((size, i) => size === value[i]),
  );
  return found ?? reject(operation, '[1, 128, 128] or [1, 1, 128] for recipe', describeValue(value));
}
