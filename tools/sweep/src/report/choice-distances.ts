import { isSweepRow, type SweepLine, type SweepRow, sweepKey } from '../sweep-row.js';

/** How far the library's choice is from the best measured configuration of a shape. */
export interface ChoiceDistance {
  readonly op: SweepRow['op'];
  readonly shape: readonly number[];
  readonly chosen: SweepRow;
  readonly best: SweepRow;
  /** Time of the chosen one over that of the best. */
  readonly ratio: number;
  readonly measured: number;
}

/** Of each shape whose chosen configuration was measured, in the order of the lines. */
export function choiceDistances(lines: readonly SweepLine[]): ChoiceDistance[] {
  return rowsByShape(lines).flatMap((rows) => {
    const chosen = rows.find((row) => row.chosen);
    if (chosen === undefined) return [];
    const best = rows.reduce((fastest, row) => (row.us < fastest.us ? row : fastest));
    const { op, shape } = chosen;
    return [{ op, shape, chosen, best, ratio: chosen.us / best.us, measured: rows.length }];
  });
}

/** The measurements of each shape, those with other options apart. */
export function rowsByShape(lines: readonly SweepLine[]): SweepRow[][] {
  const byShape = new Map<string, SweepRow[]>();
  for (const row of lines.filter(isSweepRow)) {
    const key = sweepKey({ ...row, name: '' });
    byShape.set(key, [...(byShape.get(key) ?? []), row]);
  }
  return [...byShape.values()];
}
