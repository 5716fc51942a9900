import type { GemmOperation } from '../gemms/gemm-operation.js';
import type { GemmRow } from '../result-row.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { markdownTable } from './markdown-table.js';
import { type OperationTable, operationTables, type Ratio } from './operation-table.js';

/** The table of one operation, the means by its first column, and the worst row. Empty without rows. */
export function gemmSection(operation: GemmOperation, all: readonly GemmRow[]): string[] {
  const table = operationTables[operation];
  const rows = all.filter((row) => row.op === operation);
  if (rows.length === 0) return [];
  return [
    `## ${table.title}`,
    shapeTable(rows, table),
    `### Geometric means by ${table.columns[0]}`,
    meanTable(rows, table),
    ...table.ratios.flatMap((ratio) => worstLine(rows, table, ratio)),
  ];
}

function shapeTable(rows: readonly GemmRow[], { columns, cells, ratios }: OperationTable): string {
  const header = [...columns, 'µs', 'TFLOPS', 'GB/s', ...ratios.map(({ name }) => `× ${name}`), 'config'];
  const body = rows.map((row) => [
    ...cells(row.shape),
    row.us.toFixed(2),
    row.tflops.toFixed(1),
    row.gbs.toFixed(0),
    ...ratios.map(({ of }) => ratioCell(of(row))),
    row.config,
  ]);
  return markdownTable([header, ...body]);
}

function meanTable(rows: readonly GemmRow[], { columns, cells, ratios }: OperationTable): string {
  const classOf = (row: GemmRow) => cells(row.shape)[0];
  const classes = [...new Set(rows.map(classOf))];
  const meansOf = (chosen: readonly GemmRow[]) =>
    ratios.map(({ of }) => {
      const known = chosen.map(of).filter((ratio) => ratio !== undefined);
      return known.length === 0 ? ratioCell(undefined) : ratioCell(geometricMean(known));
    });
  return markdownTable([
    [columns[0], 'rows', ...ratios.map(({ name }) => `× ${name}`)],
    ...classes.map((name) => {
      const chosen = rows.filter((row) => classOf(row) === name);
      return [name, `${chosen.length}`, ...meansOf(chosen)];
    }),
    ['all', `${rows.length}`, ...meansOf(rows)],
  ]);
}

function worstLine(rows: readonly GemmRow[], { cells }: OperationTable, { name, of }: Ratio): string[] {
  const known = rows.filter((row) => of(row) !== undefined).sort((x, y) => of(x)! - of(y)!);
  const worst = known[0];
  if (worst === undefined) return [];
  const shape = cells(worst.shape).join(', ');
  return [`Worst against ${name}: ${shape} at ${ratioCell(of(worst))}, ${worst.config}.`];
}

export function ratioCell(ratio: number | undefined): string {
  return ratio === undefined ? '–' : ratio.toFixed(2);
}
