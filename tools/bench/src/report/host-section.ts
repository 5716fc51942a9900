import type { HostRow } from '../result-row.js';
import { markdownTable } from './markdown-table.js';

const names = {
  host_call: 'warm call, host time',
  host_launch: 'launch of an empty kernel, host time',
  first_call_cold: 'first call, empty kernel cache',
  first_call_cached: 'first call, kernel in the cache',
} as const;

/** Time of the host. Empty without rows. */
export function hostSection(rows: readonly HostRow[]): string[] {
  if (rows.length === 0) return [];
  const cells = rows.map((row) => [names[row.op], row.call, row.shape.join('×'), row.us.toFixed(1)]);
  return ['## Host', markdownTable([['what', 'operation', 'shape', 'µs'], ...cells])];
}
