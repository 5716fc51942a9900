import { isGemmRow, type ResultRow } from '../result-row.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { markdownTable } from './markdown-table.js';
import { rowName } from './row-name.js';
import { hostCallTarget, isHostCall, type RatioTarget, ratioTargets } from './targets.js';

const header = ['operation', 'against', 'rows', 'mean', 'target', 'worst', 'target', 'worst row', ''];

/** What is reached and what is not. */
export function targetsSection(rows: readonly ResultRow[]): string[] {
  return [
    '## Targets',
    'Ratios in geometric mean and in the worst row, each with what it is to be at least.',
    markdownTable([header, ...ratioTargets.map((target) => targetLine(target, rows))]),
    ...hostCallLine(rows.filter(isHostCall)),
  ];
}

/** The same for the rows whose calls had options, each set of options apart: only those targets for which there are rows. */
export function targetsWithOptions(rows: readonly ResultRow[]): string[] {
  const sets = new Set(rows.filter(isGemmRow).flatMap(({ options }) => options ?? []));
  return [...sets].flatMap((options) => {
    const chosen = rows.filter((row) => isGemmRow(row) && row.options === options);
    const measured = ratioTargets.filter(({ ratioOf }) => chosen.some((row) => ratioOf(row) !== undefined));
    if (measured.length === 0) return [];
    return [
      `### With ${options}`,
      markdownTable([header, ...measured.map((target) => targetLine(target, chosen))]),
    ];
  });
}

function targetLine(
  { name, against, mean, worst, ratioOf }: RatioTarget,
  rows: readonly ResultRow[],
): string[] {
  const meant = rows.filter((row) => ratioOf(row) !== undefined);
  const known = meant.flatMap((row) => {
    const ratio = ratioOf(row);
    return typeof ratio === 'number' ? [{ row, ratio }] : [];
  });
  const targets = [mean.toFixed(2), worst.toFixed(2)] as const;
  const count = known.length === meant.length ? `${meant.length}` : `${known.length} of ${meant.length}`;
  if (known.length === 0)
    return [name, against, count, '–', targets[0], '–', targets[1], '–', 'not measured'];
  const reachedMean = geometricMean(known.map(({ ratio }) => ratio));
  const lowest = known.reduce((least, each) => (each.ratio < least.ratio ? each : least));
  const isReached = reachedMean >= mean && lowest.ratio >= worst;
  return [
    name,
    against,
    count,
    reachedMean.toFixed(3),
    targets[0],
    lowest.ratio.toFixed(3),
    targets[1],
    rowName(lowest.row),
    isReached ? 'reached' : 'not reached',
  ];
}

function hostCallLine(rows: readonly ResultRow[]): string[] {
  if (rows.length === 0) return [];
  const slowest = rows.reduce((most, row) => (row.us > most.us ? row : most));
  const isReached = slowest.us <= hostCallTarget.us;
  return [
    `Host time of a warm call: at most ${hostCallTarget.us} µs, better ${hostCallTarget.aimUs}; the slowest of ` +
      `${rows.length} is ${rowName(slowest)} with ${slowest.us.toFixed(1)} µs: ${isReached ? 'reached' : 'not reached'}.`,
  ];
}
