import { isSweepRow, type SweepLine } from '../sweep-row.js';

/** One line for the terminal, in columns. */
export function describeLine(line: SweepLine): string {
  const head = `${line.op} ${line.shape.join('x')}`.padEnd(48);
  if (!isSweepRow(line)) return `${head} FAILED ${line.name}: ${line.error}`;
  const { us, estimatedUs, name, chosen, options } = line;
  const times = `${us.toFixed(2).padStart(10)} us, expected ${estimatedUs.toFixed(2).padStart(10)}`;
  return `${head} ${times}  ${name}${chosen ? '  chosen' : ''}${options === undefined ? '' : `  ${options}`}`;
}
