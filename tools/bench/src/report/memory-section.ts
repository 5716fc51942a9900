import type { MemoryRow } from '../result-row.js';
import { ratioCell } from './gemm-section.js';
import { markdownTable } from './markdown-table.js';

/** Casts, transposes and layouts of scales. Empty without rows. */
export function memorySection(rows: readonly MemoryRow[]): string[] {
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
    'The last column is the rate over that of a large copy in the same run.',
    markdownTable([['operation', 'shape', 'µs', 'GB/s', 'of a copy'], ...cells]),
  ];
}
