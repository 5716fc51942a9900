import { gemmOperations, operandTypeOf } from '../../gemms/gemm-operation.js';
import { type GemmRow, isGemmRow, type ResultRow } from '../../result-row.js';
import { type CardRates, cardRates } from '../floors.js';
import type { Plot } from './plot.js';
import { renderSvg } from './render-svg.js';

const [width, height] = [960, 560] as const;
const types = ['fp8', 'bf16'] as const;
const roofColors = { fp8: '#222', bf16: '#999' } as const;
const typeNames = { fp8: 'FP8', bf16: 'BF16' } as const;
/** Operations per byte, left and right of all rows. */
const [lowestIntensity, highestIntensity] = [0.5, 10_000] as const;

/** Rate of every row over its operations per byte, under what the card gives. Undefined where no copy was measured. */
export function rooflinePlot(rows: readonly ResultRow[], fileStem: string): Plot | undefined {
  const rates = cardRates(rows);
  const gemms = rows.filter(isGemmRow);
  if (rates === undefined || gemms.length === 0) return undefined;
  const title = `Roofline, ${gemms[0]!.device}`;
  const roofs = types
    .filter((type) => rates.tflops[type] > 0)
    .map((type) => ({
      name: `${typeNames[type]} roof`,
      type: 'line',
      showSymbol: false,
      color: roofColors[type],
      lineStyle: { width: 1.5 },
      data: roofLine(type, rates),
    }));
  const points = gemmOperations
    .map((op) => ({ op, data: gemms.filter((row) => row.op === op).map(pointOf) }))
    .filter(({ data }) => data.length > 0)
    .map(({ op, data }) => ({
      name: op,
      type: 'scatter',
      symbol: operandTypeOf(op) === 'fp8' ? 'circle' : 'diamond',
      symbolSize: 8,
      data,
    }));
  const svg = renderSvg(
    {
      title: { text: title, left: 'center' },
      legend: { bottom: 0, itemGap: 24 },
      grid: { left: 70, right: 30, top: 50, bottom: 110 },
      xAxis: {
        type: 'log',
        name: 'operations per byte',
        nameLocation: 'middle',
        nameGap: 28,
        min: lowestIntensity,
        max: highestIntensity,
      },
      yAxis: { type: 'log', name: 'TFLOPS', min: 1 },
      series: [...roofs, ...points],
    },
    width,
    height,
  );
  return { title, file: `${fileStem}-roofline.svg`, svg };
}

function pointOf({ tflops, gbs }: GemmRow): [number, number] {
  return [(tflops * 1000) / gbs, tflops];
}

/** Memory-bound up to the ridge, then flat. */
function roofLine(type: 'fp8' | 'bf16', { copyGbs, tflops }: CardRates): [number, number][] {
  const ridge = (tflops[type] * 1000) / copyGbs;
  return [
    [lowestIntensity, (lowestIntensity * copyGbs) / 1000],
    [ridge, tflops[type]],
    [highestIntensity, tflops[type]],
  ];
}
