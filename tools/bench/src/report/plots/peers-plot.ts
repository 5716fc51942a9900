import type { GemmOperation } from '../../gemms/gemm-operation.js';
import type { GemmRow } from '../../result-row.js';
import { operationTables } from '../operation-table.js';
import type { Plot } from './plot.js';
import { renderSvg } from './render-svg.js';

const height = 440;
const [pixelsPerRow, margin, narrowest] = [34, 120, 640] as const;

/** Bars of how much faster ours is than each peer, row by row. Undefined where no ratio is known. */
export function peersPlot(op: GemmOperation, all: readonly GemmRow[], fileStem: string): Plot | undefined {
  const { title, cells, ratios } = operationTables[op];
  const rows = all.filter((row) => row.op === op);
  const known = ratios.filter(({ of }) => rows.some((row) => of(row) !== undefined));
  if (known.length === 0) return undefined;
  const svg = renderSvg(
    {
      title: { text: `${title}: time of the peer / ours`, left: 'center' },
      legend: { top: 36 },
      grid: { left: 80, right: 20, top: 76, bottom: 130 },
      xAxis: {
        type: 'category',
        data: rows.map(({ shape }) => cells(shape).join(', ')),
        axisLabel: { rotate: 60, interval: 0 },
      },
      yAxis: { type: 'value', min: 0 },
      series: known.map(({ name, of }, index) => ({
        name,
        type: 'bar',
        data: rows.map((row) => of(row) ?? null),
        // One line for all series: where both take the same time.
        ...(index === 0 ? { markLine: equalTimes } : {}),
      })),
    },
    Math.max(narrowest, margin + pixelsPerRow * rows.length),
    height,
  );
  return { title, file: `${fileStem}-${op}.svg`, svg };
}

const equalTimes = {
  silent: true,
  symbol: 'none',
  lineStyle: { color: '#333', type: 'solid' },
  label: { show: false },
  data: [{ yAxis: 1 }],
};
