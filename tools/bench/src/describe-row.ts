import { isCopyRow, isGemmRow, isMemoryRow, type ResultRow } from './result-row.js';

/** One line for the terminal, in columns. */
export function describeRow(row: ResultRow): string {
  const op = ('call' in row ? `${row.op} ${row.call}` : row.op).padEnd(34);
  const head = `${op} ${row.shape.join('x').padEnd(18)} ${row.us.toFixed(2).padStart(10)} us`;
  if (isGemmRow(row)) {
    const ratio = row.ratio_deepgemm === undefined ? '' : `  x${row.ratio_deepgemm.toFixed(2)} DeepGEMM`;
    const work = `${row.tflops.toFixed(1).padStart(7)} TFLOPS ${row.gbs.toFixed(0).padStart(5)} GB/s`;
    const options = row.options === undefined ? '' : `  ${row.options}`;
    return `${head} ${work}  ${row.config}${ratio}${options}`;
  }
  if (isCopyRow(row)) return `${head} ${row.gbs.toFixed(0).padStart(5)} GB/s`;
  if (!isMemoryRow(row)) return head;
  const ofCopy = row.ratio_copy === undefined ? '' : `  ${(100 * row.ratio_copy).toFixed(0)} % of a copy`;
  return `${head} ${row.gbs.toFixed(0).padStart(5)} GB/s${ofCopy}`;
}
