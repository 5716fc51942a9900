import { readJsonLines } from '../../bench/src/json-lines.js';
import { type SweepLine, sweepKey } from './sweep-row.js';

/** The lines of a sweep's results. Of several for the same measurement the last counts. Throws DgValidationError. */
export function readLines(text: string): SweepLine[] {
  return readJsonLines<SweepLine>(
    text,
    'op, shape and name in a line of a sweep',
    ({ op, shape, name }) => typeof op === 'string' && Array.isArray(shape) && typeof name === 'string',
    sweepKey,
  );
}
