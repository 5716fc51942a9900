/** The rows of each group that a mask leaves: none below 0, all past maxM. */
export function rowsUnderMask(masks: readonly number[], maxM: number): number[][] {
  return masks.map((mask) => Array.from({ length: Math.min(Math.max(mask, 0), maxM) }, (_, row) => row));
}
