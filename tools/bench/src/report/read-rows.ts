import { DgValidationError } from '@dg/jit';
import type { ResultRow } from '../result-row.js';

/** The rows of a results file. Of several for the same measurement the last counts. */
export function readRows(text: string): ResultRow[] {
  const rows = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseRow);
  return [...new Map(rows.map((row) => [keyOf(row), row])).values()];
}

function parseRow(line: string): ResultRow {
  try {
    const row = JSON.parse(line) as Partial<ResultRow> | null;
    if (typeof row?.op === 'string' && Array.isArray(row.shape) && typeof row.us === 'number') {
      return row as ResultRow;
    }
  } catch {
    // Reported below, with the line.
  }
  throw new DgValidationError(
    `expected a row with op, shape and us for a line of the results but received ${line.slice(0, 80)}`,
  );
}

function keyOf(row: ResultRow): string {
  const call = 'call' in row ? row.call : null;
  const options = 'options' in row ? row.options : null;
  return JSON.stringify([row.op, call, options, row.shape]);
}
