/**
 * How many rows of A, rows of B and elements of K share one scale. [1, 128, 128] (1D2D): each row of A, each block of
 * 128 rows of B. [1, 1, 128] (1D1D): each row of A, each row of B. Both per 128 of K.
 */
export type Recipe = readonly [1, 128, 128] | readonly [1, 1, 128];

/** Elements of K that share one scale; also what each group of a K-grouped GEMM is a multiple of. */
export const scaleBlockK = 128;

/** Rows of B that share one scale. FP8 problems without a recipe are 1D2D. */
export function scaleRowsOfB(recipe: Recipe | undefined): 1 | 128 {
  return recipe === undefined ? 128 : recipe[1];
}
