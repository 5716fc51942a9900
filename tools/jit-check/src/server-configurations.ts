import type { WarmupOperation } from '@dg/api';
import { denseShapes } from '../../bench/src/gemms/dense-shapes.js';

/** What a server that is started with one set of weights may call, M from 1 to 8192. */
export interface ServerConfiguration {
  readonly name: string;
  readonly operations: readonly WarmupOperation[];
}

/** [N, K] of the dense tables of the benchmark, which has each of them at M = 1. */
const denseWeights = denseShapes.filter(([m]) => m === 1).map(([, n, k]) => [n, k] as const);
/** [N, K] of its grouped tables. */
const expertWeights = [
  [6144, 7168],
  [7168, 3072],
  [4096, 4096],
  [4096, 2048],
] as const;

const everyM = { from: 1, to: 8192 } as const;
/** Rows of a group that a masked buffer of the decode step can hold. */
const maskedRows = 4096;

const output = { d: 'bfloat16', c: false } as const;

const dense: readonly WarmupOperation[] = denseWeights.map(([n, k]) => {
  return { operation: 'fp8GemmNt', m: everyM, n, k, ...output };
});

export const serverConfigurations: readonly ServerConfiguration[] = [
  {
    name: 'decode',
    operations: [
      ...dense,
      ...expertWeights.map(([n, k]): WarmupOperation => {
        return { operation: 'mGroupedFp8GemmNtMasked', m: maskedRows, n, k, groups: [6, 32], ...output };
      }),
    ],
  },
  {
    name: 'prefill',
    operations: [
      ...dense,
      ...expertWeights.map(([n, k]): WarmupOperation => {
        return { operation: 'mGroupedFp8GemmNtContiguous', m: everyM, n, k, groups: [4, 8], ...output };
      }),
    ],
  },
];
