import { type GemmRow, isGemmRow, type ResultRow } from '../result-row.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { markdownTable } from './markdown-table.js';
import { operationTables } from './operation-table.js';

/** What options of the calls change, against the same rows with the library's defaults. Empty without such rows. */
export function variantsSection(rows: readonly ResultRow[]): string[] {
  const gemms = rows.filter(isGemmRow);
  const usOf = new Map(
    gemms.filter(({ options }) => options === undefined).map((row) => [keyOf(row), row.us]),
  );
  const compared = gemms.flatMap((row) => {
    const usual = usOf.get(keyOf(row));
    return row.options === undefined || usual === undefined
      ? []
      : [{ row, group: groupOf(row), ratio: usual / row.us }];
  });
  if (compared.length === 0) return [];
  const groups = [...new Set(compared.map(({ group }) => group))];
  return [
    '## Options of the calls',
    'Time with the library’s defaults over time with the options: above 1 where the options are faster.',
    markdownTable([
      ['operation', 'options', 'rows', 'geometric mean', 'lowest', 'highest'],
      ...groups.map((group) => {
        const chosen = compared.filter((each) => each.group === group);
        const ratios = chosen.map(({ ratio }) => ratio);
        const { row } = chosen[0]!;
        return [
          `${row.op}, ${classOf(row)}`,
          row.options!,
          `${chosen.length}`,
          geometricMean(ratios).toFixed(3),
          Math.min(...ratios).toFixed(3),
          Math.max(...ratios).toFixed(3),
        ];
      }),
    ]),
  ];
}

function keyOf({ op, shape }: GemmRow): string {
  return `${op} ${shape.join('x')}`;
}

function groupOf(row: GemmRow): string {
  return `${row.op} ${classOf(row)} ${row.options}`;
}

/** `M = 64`: what means are taken by. */
function classOf({ op, shape }: GemmRow): string {
  const { columns, cells } = operationTables[op];
  return `${columns[0]} = ${cells(shape)[0]}`;
}
