import { gemmOperations } from '../gemms/gemm-operation.js';
import { isGemmRow, type ResultRow } from '../result-row.js';
import { geometricMean } from '../statistics/geometric-mean.js';
import { cardRates, type Floor, floorOf } from './floors.js';
import { markdownTable } from './markdown-table.js';
import { operationTables } from './operation-table.js';

/** The least time of every row, and how much of the time that it takes this is. Empty where no copy was measured. */
export function floorsSection(rows: readonly ResultRow[]): string[] {
  const rates = cardRates(rows);
  const gemms = rows.filter(isGemmRow);
  if (rates === undefined || gemms.length === 0) return [];
  const floors = gemms.map((row) => floorOf(row, rates));
  return [
    '## Time floors',
    `The least time of a row is that of its bytes at the bandwidth of a copy (${rates.copyGbs.toFixed(0)} GB/s) or of its ` +
      'work at the highest rate of this run, ours or a peer’s ' +
      `(${rates.tflops.fp8.toFixed(0)} TFLOPS in FP8, ${rates.tflops.bf16.toFixed(0)} in BF16), whichever is longer. ` +
      'It knows of no launch, no fill and drain of the pipeline and no promotion.',
    meansTable(floors),
    floorsTable(floors),
  ];
}

function meansTable(floors: readonly Floor[]): string {
  const lines = gemmOperations.flatMap((op) => {
    const chosen = floors.filter(({ row }) => row.op === op);
    if (chosen.length === 0) return [];
    const fractions = chosen.map(({ fraction }) => fraction);
    return [
      [
        operationTables[op].title,
        `${chosen.length}`,
        geometricMean(fractions).toFixed(2),
        Math.min(...fractions).toFixed(2),
      ],
    ];
  });
  return markdownTable([['operation', 'rows', 'floor / time, geometric mean', 'lowest'], ...lines]);
}

function floorsTable(floors: readonly Floor[]): string {
  return markdownTable([
    ['row', 'shape', 'bound by', 'floor µs', 'µs', 'floor / time'],
    ...floors.map(({ row, us, boundBy, fraction }) => [
      row.op,
      row.shape.join('×'),
      boundBy,
      us.toFixed(2),
      row.us.toFixed(2),
      fraction.toFixed(2),
    ]),
  ]);
}
