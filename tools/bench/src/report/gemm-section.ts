import type { GemmOperation } from '../gemm-operation.js';
import { shapeName } from '../gemm-shape.js';
import type { GemmRow } from '../result-row.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { markdownTable } from './markdown-table.js';

interface Ratio {
  readonly name: string;
  readonly of: (row: GemmRow) => number | undefined;
}

const titles: Readonly<Record<GemmOperation, string>> = {
  fp8_nt_1d2d: 'FP8 dense NT, per-token × per-block scales, BF16 out',
  bf16_nt: 'BF16 dense NT, BF16 out',
};

const deepgemm: Ratio = { name: 'DeepGEMM', of: (row) => row.ratio_deepgemm };
const cublaslt: Ratio = { name: 'cuBLASLt', of: (row) => row.ratios.cublaslt };
const tensorwise: Ratio = { name: 'cuBLASLt tensorwise', of: (row) => row.ratios.tensorwise };
const ratiosOf: Readonly<Record<GemmOperation, readonly Ratio[]>> = {
  fp8_nt_1d2d: [deepgemm, cublaslt, tensorwise],
  bf16_nt: [deepgemm, cublaslt],
};

/** The table of one operation, the means by number of rows, and the worst row. Empty without rows. */
export function gemmSection(operation: GemmOperation, all: readonly GemmRow[]): string[] {
  const rows = all.filter((row) => row.op === operation).sort(byShape);
  if (rows.length === 0) return [];
  const ratios = ratiosOf[operation];
  return [
    `## ${titles[operation]}`,
    shapeTable(rows, ratios),
    '### Geometric means of the ratios by M',
    meanTable(rows, ratios),
    ...worstLine(rows, deepgemm),
  ];
}

function byShape(x: GemmRow, y: GemmRow): number {
  return x.shape[0] - y.shape[0];
}

function shapeTable(rows: readonly GemmRow[], ratios: readonly Ratio[]): string {
  const header = ['M', 'N×K', 'µs', 'TFLOPS', 'GB/s', ...ratios.map(({ name }) => `× ${name}`), 'config'];
  const cells = rows.map((row) => [
    `${row.shape[0]}`,
    `${row.shape[1]}×${row.shape[2]}`,
    row.us.toFixed(2),
    row.tflops.toFixed(1),
    row.gbs.toFixed(0),
    ...ratios.map(({ of }) => ratioCell(of(row))),
    row.config,
  ]);
  return markdownTable([header, ...cells]);
}

function meanTable(rows: readonly GemmRow[], ratios: readonly Ratio[]): string {
  const classes = [...new Set(rows.map((row) => row.shape[0]))];
  const meansOf = (chosen: readonly GemmRow[]) =>
    ratios.map(({ of }) => {
      const known = chosen.map(of).filter((ratio) => ratio !== undefined);
      return known.length === 0 ? ratioCell(undefined) : ratioCell(geometricMean(known));
    });
  return markdownTable([
    ['M', 'rows', ...ratios.map(({ name }) => `× ${name}`)],
    ...classes.map((m) => {
      const chosen = rows.filter((row) => row.shape[0] === m);
      return [`${m}`, `${chosen.length}`, ...meansOf(chosen)];
    }),
    ['all', `${rows.length}`, ...meansOf(rows)],
  ]);
}

function worstLine(rows: readonly GemmRow[], { name, of }: Ratio): string[] {
  const known = rows.filter((row) => of(row) !== undefined).sort((x, y) => of(x)! - of(y)!);
  const worst = known[0];
  if (worst === undefined) return [];
  const [m, n, k] = worst.shape;
  return [`Worst against ${name}: ${shapeName({ m, n, k })} at ${ratioCell(of(worst))}, ${worst.config}.`];
}

function ratioCell(ratio: number | undefined): string {
  return ratio === undefined ? '–' : ratio.toFixed(2);
}
