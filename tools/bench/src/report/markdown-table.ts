/** A table of cells; the first row is the header. All columns but the first are aligned to the right. */
export function markdownTable(rows: readonly (readonly string[])[]): string {
  const [header = [], ...body] = rows;
  const rule = header.map((_, column) => (column === 0 ? '---' : '---:'));
  return [header, rule, ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
}
