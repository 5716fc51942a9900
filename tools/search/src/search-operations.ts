import type { SearchOperation } from '@dg/testing';
import { gemmOperations } from '../../../packages/api/test/search/gemm-operations.js';
import { layoutOperations } from '../../../packages/layout/test/search/layout-operations.js';

export type GemmLibrary = Parameters<typeof gemmOperations>[0];

/** How often the calls of an operation are drawn. */
interface WeightedOperation {
  readonly operation: SearchOperation;
  readonly weight: number;
}

const weights = { gemm: 4, cast: 4, layout: 2 } as const;

/** Everything that the search calls, each as many times as it is to be drawn; of another library where one is given. */
export function searchOperations(library?: GemmLibrary): readonly SearchOperation[] {
  const weighted: readonly WeightedOperation[] = [
    ...gemmOperations(library).map((operation) => ({ operation, weight: weights.gemm })),
    ...layoutOperations.map((operation) => ({
      operation,
      weight: operation.name.includes('Cast') ? weights.cast : weights.layout,
    })),
  ];
  return weighted.flatMap(({ operation, weight }) => new Array<SearchOperation>(weight).fill(operation));
}
