/** Multiplications that a check on one thread may cost: some seconds with everything that it takes. */
const budget = 6e8;
const fewest = 2;

/** How many rows a check follows: as many as the budget allows, at least 2 and at most all. */
export function sampleSize(multiplicationsPerRow: number, rows: number): number {
  return Math.min(rows, Math.max(fewest, Math.floor(budget / multiplicationsPerRow)));
}

/** `count` of `total` places, evenly spread. */
export function spread(count: number, total: number): number[] {
  return Array.from({ length: count }, (_, i) => Math.floor((i * total) / count));
}
