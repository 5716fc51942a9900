import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { chosenConfigName } from '../chosen-config.js';
import { gemmOperations } from '../gemms/gemm-operation.js';
import { tableCases } from '../gemms/gemm-tables.js';
import { normalFillKernel } from '../inputs/normal-kernel.js';
import { warmSources } from './warm-kernels.js';

it('warms each kernel once, with all that the benchmark needs', () => {
  const benchmark = warmSources(true);
  const names = benchmark.map(({ name }) => name);
  for (const { problem } of gemmOperations.flatMap(tableCases)) {
    const config = chosenConfigName(problem, { multiprocessorCount: 132 });
    expect(names.some((name) => name.endsWith(config))).toBe(true);
  }
  expect(benchmark).toContain(normalFillKernel);
  expect(names.filter((name) => name.startsWith('cast-1x128')).length).toBeGreaterThan(0);
  const all = warmSources(false);
  expect(new Set(all.map(({ code }) => code)).size).toBe(all.length);
  expect(all.length).toBeGreaterThan(benchmark.length);
});

it('finds the header of the generator', () => {
  expect(existsSync(join(normalFillKernel.includeRoots[0]!, 'normal_fill.cuh'))).toBe(true);
});
