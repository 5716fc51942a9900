import { gemmOperations } from '../gemms/gemm-operation.js';
import {
  type HostRow,
  isGemmRow,
  isHostRow,
  isMemoryRow,
  type MemoryRow,
  type ResultRow,
} from '../result-row.js';
import { gemmSection, ratioCell } from './gemm-section.js';
import { markdownTable } from './markdown-table.js';

const hostNames = {
  host_call: 'warm call, host time',
  first_call_cold: 'first call, empty kernel cache',
  first_call_cached: 'first call, kernel in the cache',
} as const;

/** The results as a page. */
export function report(rows: readonly ResultRow[]): string {
  const gemms = rows.filter(isGemmRow);
  const sections = [
    '# Benchmark results',
    `Made from the JSON lines beside it. ${origins(rows)}`,
    'Ratios are the time of the peer over ours: above 1 where ours is faster. cuBLASLt ran on the same card in ' +
      'the same run; FP8 "cuBLASLt" has block scales, "tensorwise" has one scale per tensor and does less work. The ' +
      'ratio to DeepGEMM goes by way of cuBLASLt (tensorwise for FP8), which ran beside DeepGEMM too.',
    ...gemmOperations.flatMap((operation) => gemmSection(operation, gemms)),
    ...memorySection(rows.filter(isMemoryRow)),
    ...hostSection(rows.filter(isHostRow)),
  ];
  return `${sections.join('\n\n')}\n`;
}

function origins(rows: readonly ResultRow[]): string {
  const distinct = new Set(
    rows.map(({ device, date, commit }) => `${device}, ${date}, commit ${commit ?? 'unknown'}`),
  );
  return [...distinct].map((origin) => `${origin}.`).join(' ');
}

function memorySection(rows: readonly MemoryRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [
    row.op,
    row.shape.join('×'),
    row.us.toFixed(2),
    row.gbs.toFixed(0),
    ratioCell(row.ratio_copy),
  ]);
  return [
    '## Casts, transposes and scales',
    markdownTable([['operation', 'shape', 'µs', 'GB/s', 'of a copy'], ...cells]),
  ];
}

function hostSection(rows: readonly HostRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [hostNames[row.op], row.call, row.shape.join('×'), row.us.toFixed(1)]);
  return ['## Host', markdownTable([['what', 'operation', 'shape', 'µs'], ...cells])];
}
