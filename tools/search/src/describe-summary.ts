import { formatTable } from '../../../packages/api/src/cli/format-table.js';
import type { OperationCounts, SearchSummary } from './search-summary.js';

/** A summary for the terminal: failures, one row for each operation, and one line last. */
export function describeSummary(summary: SearchSummary): string {
  const { device, seed, sizes, cases, seconds, workers, failures, largestEpsilon } = summary;
  const rows = Object.entries(summary.operations).map(([name, counts]) => [name, ...cellsOf(counts)]);
  const epsilons = Object.entries(largestEpsilon).map(([of, value]) => `${of} ${value.toExponential(2)}`);
  return [
    ...failures.flatMap(({ index, description, message, repeat }) => [
      `FAILED case ${index}: ${description}`,
      `  ${message}`,
      `  ${repeat}`,
    ]),
    formatTable([['operation', 'calls', 'refused', 'failures', 'largest epsilon'], ...rows]),
    `largest epsilon: ${epsilons.join(', ') || 'none'}`,
    `${cases} cases (${sizes}) on ${device}, seed ${seed}: ${failures.length} failed, ${seconds.toFixed(1)} s, ` +
      `${workers} processes`,
  ].join('\n');
}

function cellsOf({ calls, refused, failures, largestEpsilon }: OperationCounts): string[] {
  return [`${calls}`, `${refused}`, `${failures}`, largestEpsilon?.toExponential(2) ?? 'equal bits'];
}
