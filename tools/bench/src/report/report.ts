import { gemmOperations } from '../gemms/gemm-operation.js';
import { isGemmRow, isHostRow, isMemoryRow, type ResultRow } from '../result-row.js';
import { floorsSection } from './floors-section.js';
import { gemmSection } from './gemm-section.js';
import { hostSection } from './host-section.js';
import { memorySection } from './memory-section.js';
import type { Plot } from './plots/plot.js';
import { plotsSection } from './plots-section.js';
import { targetsSection, targetsWithOptions } from './targets-section.js';
import { variantsSection } from './variants-section.js';

const aboutRatios =
  'Ratios are the time of the peer over ours: above 1 where ours is faster. cuBLASLt ran on the same card in ' +
  'the same run; FP8 "cuBLASLt" has block scales, "tensorwise" has one scale per tensor and does less work. DeepGEMM ' +
  'was measured on an H200 in another run, beside cuBLASLt: the ratio to it is (cuBLASLt now / ours now) × (DeepGEMM then / ' +
  'cuBLASLt then), row by row in the dense tables (tensorwise for FP8). Products that have no row of cuBLASLt or of ' +
  'PyTorch are compared by how much longer the card takes now: the geometric mean of cuBLASLt now / then over the dense ' +
  'rows of M = 4096 of the same type.';

/** The results as a page. */
export function report(rows: readonly ResultRow[], plots: readonly Plot[] = []): string {
  const usual = rows.filter((row) => !('options' in row) || row.options === undefined);
  const gemms = usual.filter(isGemmRow);
  const sections = [
    '# Benchmark results',
    `Made from the JSON lines beside it. ${origins(rows)}`,
    aboutRatios,
    ...targetsSection(usual),
    ...targetsWithOptions(rows),
    ...plotsSection(plots),
    ...gemmOperations.flatMap((operation) => gemmSection(operation, gemms)),
    ...memorySection(usual.filter(isMemoryRow)),
    ...hostSection(usual.filter(isHostRow)),
    ...variantsSection(rows),
    ...floorsSection(usual),
  ];
  return `${sections.join('\n\n')}\n`;
}

function origins(rows: readonly ResultRow[]): string {
  const distinct = new Set(
    rows.map(({ device, date, commit }) => `${device}, ${date}, commit ${commit ?? 'unknown'}`),
  );
  return [...distinct].map((origin) => `${origin}.`).join(' ');
}
