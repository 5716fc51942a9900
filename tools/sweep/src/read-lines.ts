import { DgValidationError } from '@dg/jit';
import { type SweepLine, sweepKey } from './sweep-row.js';

/** The lines of a sweep's results. Of several for the same measurement the last counts. */
export function readLines(text: string): SweepLine[] {
  const lines = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
  return [...new Map(lines.map((line) => [sweepKey(line), line])).values()];
}

function parseLine(text: string): SweepLine {
  try {
    const line = JSON.parse(text) as Partial<SweepLine> | null;
    if (typeof line?.op === 'string' && Array.isArray(line.shape) && typeof line.name === 'string') {
      return line as SweepLine;
    }
  } catch {
    // Reported below, with the line.
  }
  throw new DgValidationError(
    `expected op, shape and name in a line of a sweep but received ${text.slice(0, 80)}`,
  );
}
