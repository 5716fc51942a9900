import type { GemmColumnScaling, GemmGrouping, GemmMajor } from '@dg/kernels';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { scaleRowsOfB } from '../problem/recipe.js';

/** The kernels of `@dg/kernels` that compute GEMMs; FP8 by what B's scales belong to. */
export type GemmKernelKind = 'fp8-1d2d' | 'fp8-1d1d' | 'bf16';

export function gemmKernelKind({ operandType, recipe }: GemmProblem): GemmKernelKind {
  if (operandType === 'bfloat16') return 'bf16';
  return scaleRowsOfB(recipe) === 1 ? 'fp8-1d1d' : 'fp8-1d2d';
}

/** What a kernel is compiled for besides its tile. FP8 operands are K-major: others are transposed before. */
export interface GemmVariant {
  readonly kind: GemmKernelKind;
  readonly grouping: GemmGrouping;
  readonly majorA: GemmMajor;
  readonly majorB: GemmMajor;
  /** FP8, K groups: each group has matrices A and B of its own; false when left out. */
  readonly groupMaps?: boolean;
}

const groupings = {
  dense: 'dense',
  'm-grouped-contiguous': 'contiguous',
  'm-grouped-masked': 'masked',
  'k-grouped': 'k',
} as const;

export function gemmVariant(problem: GemmProblem): GemmVariant {
  const kind = gemmKernelKind(problem);
  const grouping = groupings[problem.kind];
  return kind === 'bf16'
    ? { kind, grouping, majorA: problem.majorA, majorB: problem.majorB }
    : {
        kind,
        grouping,
        majorA: 'k',
        majorB: 'k',
        ...(problem.kind === 'k-grouped' && problem.storage === 'blocks' ? { groupMaps: true } : {}),
      };
}

export const columnScalingOf: Readonly<Record<GemmKernelKind, GemmColumnScaling>> = {
  'fp8-1d2d': 'per_block',
  'fp8-1d1d': 'per_column',
  bf16: 'per_block',
};
