import { readJsonLines } from '../json-lines.js';
import type { ResultRow } from '../result-row.js';

/** The rows of a results file. Of several for the same measurement the last counts. Throws DgValidationError. */
export function readRows(text: string): ResultRow[] {
  return readJsonLines<ResultRow>(
    text,
    'a row with op, shape and us for a line of the results',
    ({ op, shape, us }) => typeof op === 'string' && Array.isArray(shape) && typeof us === 'number',
    keyOf,
  );
}

function keyOf(row: ResultRow): string {
  const call = 'call' in row ? row.call : null;
  const options = 'options' in row ? row.options : null;
  return JSON.stringify([row.op, call, options, row.shape]);
}
