/** Rows of cells as lines, each column as wide as its widest cell; the first row is underlined. */
export function formatTable(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  );
  const underline = widths.map((width) => '-'.repeat(width)).join('  ');
  return [...lines.slice(0, 1), underline, ...lines.slice(1)].join('\n');
}
