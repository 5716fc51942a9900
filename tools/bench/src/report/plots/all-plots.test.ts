import { expect, it } from 'vitest';
import { gemmOperations } from '../../gemms/gemm-operation.js';
import { hostRow, syntheticRun } from '../../testing/synthetic-rows.js';
import { allPlots } from './all-plots.js';

it('draws the roofline and bars of every operation', () => {
  const plots = allPlots(syntheticRun(1.3), 'h200');
  expect(plots.map(({ file }) => file)).toEqual([
    'h200-roofline.svg',
    ...gemmOperations.map((op) => `h200-${op}.svg`),
  ]);
  for (const { svg, file } of plots) {
    expect(svg, file).toMatch(/^<svg width="\d+" height="\d+"[\s\S]*<\/svg>\n$/);
    expect(svg, file).not.toMatch(/NaN|undefined/);
  }
  const [roofline, dense] = plots;
  expect(roofline!.svg).toContain('Roofline, NVIDIA H200');
  expect(roofline!.svg).toContain('k_grouped_bf16');
  for (const text of ['4096, 7168×16384', 'cuBLASLt tensorwise', 'DeepGEMM']) {
    expect(dense!.svg).toContain(text);
  }
});

it('draws nothing of nothing', () => {
  expect(allPlots([hostRow(4)], 'h200')).toEqual([]);
});
