/** Of M-grouped products: B is [groups, n, k], and a group has `meanM` rows in the mean. */
export type GroupedShape = readonly [groups: number, meanM: number, n: number, k: number];

/** Of K-grouped products: D is [groups, m, n], and a group has `meanK` of K in the mean. */
export type KGroupedShape = readonly [groups: number, m: number, n: number, meanK: number];

/** [N, K] of the experts' layers. */
const weights = [
  [6144, 7168],
  [7168, 3072],
  [4096, 4096],
  [4096, 2048],
] as const;

const withWeights = (groups: readonly (readonly [groups: number, meanM: number])[]) =>
  groups.flatMap(([count, meanM]) => weights.map(([n, k]): GroupedShape => [count, meanM, n, k]));

/** The tables of the benchmark, in their order. */
export const contiguousShapes: readonly GroupedShape[] = withWeights([
  [4, 8192],
  [8, 4096],
]);

export const maskedShapes: readonly GroupedShape[] = withWeights([
  [32, 192],
  [6, 1024],
  [32, 20],
  [6, 20],
]);

export const kGroupedShapes: readonly KGroupedShape[] = (
  [
    [4, 8192],
    [8, 4096],
    [16, 2048],
  ] as const
).flatMap(([groups, meanK]): KGroupedShape[] => [
  [groups, 4096, 7168, meanK],
  [groups, 7168, 2048, meanK],
]);
