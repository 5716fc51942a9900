import type { SearchSummary } from './search-summary.js';

/** Operations × devices with the counts of cases, in Markdown: right calls and, after a plus, refused ones. */
export function deviceTable(summaries: readonly SearchSummary[]): string {
  const names = [...new Set(summaries.flatMap(({ operations }) => Object.keys(operations)))];
  const cellOf = ({ operations }: SearchSummary, name: string) => {
    const counts = operations[name];
    if (counts === undefined) return '–';
    const failed = counts.failures === 0 ? '' : `, ${counts.failures} FAILED`;
    return `${counts.calls} + ${counts.refused}${failed}`;
  };
  const total = ({ cases, failures }: SearchSummary) =>
    `${cases}${failures.length === 0 ? '' : `, ${failures.length} FAILED`}`;
  const rows = [
    ['operation', ...summaries.map(({ device }) => device)],
    ['---', ...summaries.map(() => '---:')],
    ...names.map((name) => [`\`${name}\``, ...summaries.map((summary) => cellOf(summary, name))]),
    ['all', ...summaries.map(total)],
  ];
  return rows.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
