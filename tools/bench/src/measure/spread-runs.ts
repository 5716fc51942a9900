/** A run of consecutive indices. */
export interface IndexRun {
  readonly start: number;
  readonly end: number;
}

/** At most `runs` runs of `length` indices spread over 0 to `count`, the first at 0 and the last at the end. */
export function spreadRuns(count: number, runs: number, length: number): IndexRun[] {
  if (count <= runs * length) return [{ start: 0, end: count }];
  const lastStart = count - length;
  return Array.from({ length: runs }, (_, run) => {
    const start = runs === 1 ? 0 : Math.floor((run * lastStart) / (runs - 1));
    return { start, end: start + length };
  });
}
