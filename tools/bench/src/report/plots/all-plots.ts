import { gemmOperations } from '../../gemms/gemm-operation.js';
import { isGemmRow, type ResultRow } from '../../result-row.js';
import { peersPlot } from './peers-plot.js';
import type { Plot } from './plot.js';
import { rooflinePlot } from './roofline-plot.js';

/** Every picture that the rows are enough for; files begin with `fileStem`. */
export function allPlots(rows: readonly ResultRow[], fileStem: string): Plot[] {
  const usual = rows.filter((row) => !('options' in row) || row.options === undefined);
  const gemms = usual.filter(isGemmRow);
  return [
    rooflinePlot(usual, fileStem),
    ...gemmOperations.map((op) => peersPlot(op, gemms, fileStem)),
  ].filter((plot) => plot !== undefined);
}
