/** D is [m, n], A [m, k], B [n, k]. */
export type DenseShape = readonly [m: number, n: number, k: number];

const rowCounts = [1, 64, 128, 1024, 4096] as const;
/** [N, K] of the layers of a large mixture-of-experts model. */
const weights = [
  [2112, 7168],
  [576, 7168],
  [24576, 1536],
  [32768, 512],
  [7168, 16384],
  [4096, 7168],
  [7168, 2048],
] as const;
const square: DenseShape = [8192, 8192, 8192];

/** The dense tables of the benchmark, in their order. */
export const denseShapes: readonly DenseShape[] = [
  ...rowCounts.flatMap((m) => weights.map(([n, k]) => [m, n, k] as const)),
  square,
];
