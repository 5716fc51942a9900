import type { Check } from '../../check/check.js';

/**
 * Every choice has a row of its own that belongs to its expert, all other rows are padding, and the rows of an expert begin
 * at a multiple of the alignment.
 */
export function checkGrouping(
  chosen: Int32Array,
  rows: Int32Array,
  groupedLayout: Int32Array,
  alignment: number,
): Check {
  const used = new Set(rows);
  if (used.size !== chosen.length) return { passed: false, detail: 'two choices share a row' };
  const wrong = chosen.findIndex((expert, choice) => groupedLayout[rows[choice]!] !== expert);
  if (wrong !== -1) return { passed: false, detail: `choice ${wrong} lies with another expert` };
  if (groupedLayout.filter((expert) => expert >= 0).length !== chosen.length) {
    return { passed: false, detail: 'rows without a choice that are not padding' };
  }
  const astray = groupedLayout.findIndex(
    (expert, row) => expert >= 0 && expert !== groupedLayout[row - 1] && row % alignment !== 0,
  );
  if (astray !== -1) return { passed: false, detail: `an expert begins at row ${astray}` };
  return { passed: true, detail: 'every choice in place' };
}
