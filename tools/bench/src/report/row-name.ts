import type { ResultRow } from '../result-row.js';

/** `fp8_nt_1d2d 64×2112×7168`: operation and shape, for sentences. */
export function rowName(row: ResultRow): string {
  return `${'call' in row ? row.call : row.op} ${row.shape.join('×')}`;
}
