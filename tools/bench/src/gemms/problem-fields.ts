import { bytesPerElement } from '@dg/runtime';
import type { Major } from '../../../../packages/api/src/problem/gemm-problem.js';
import type { Recipe } from '../../../../packages/api/src/problem/recipe.js';
import type { OutputType } from '../inputs/gemm-output.js';

/** TMA stores rows of D that start and end at multiples of it. */
const tmaStoreBytes = 16;

export interface ProblemExtents {
  readonly m: number;
  readonly n: number;
  readonly k: number;
}

/** What the problems of every kind have, for A and B of the same major and a D without gaps. */
export function problemFields(
  { m, n, k }: ProblemExtents,
  recipe: Recipe | undefined,
  outputType: OutputType,
  accumulate: boolean,
  major: Major = 'k',
) {
  return {
    operandType: recipe === undefined ? ('bfloat16' as const) : ('float8_e4m3fn' as const),
    m,
    n,
    k,
    majorA: major,
    majorB: major,
    outputType,
    accumulate,
    tmaStorable: (n * bytesPerElement(outputType)) % tmaStoreBytes === 0,
    recipe,
  };
}
