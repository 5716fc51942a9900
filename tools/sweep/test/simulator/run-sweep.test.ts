import { gemmConfigName } from '@dg/kernels';
import { createSimulator } from '@dg/simulator';
import { afterAll, expect, it } from 'vitest';
import { gemmOperations } from '../../../bench/src/gemms/gemm-operation.js';
import { gemmCase } from '../../../bench/src/gemms/gemm-tables.js';
import { hostContext } from '../../../bench/src/testing/host-context.js';
import { tinyShapes } from '../../../bench/src/testing/tiny-cases.js';
import { libraryChoice } from '../../src/library/candidates.js';
import { runSweep } from '../../src/run/run-sweep.js';
import { isSweepRow, type SweepLine, sweepKey } from '../../src/sweep-row.js';

const device = createSimulator({ seed: 1, multiprocessorCount: 2 });
afterAll(() => device.destroy());

const context = {
  device,
  identity: { device: 'simulated', date: '2026-11-22', commit: null },
  variant: {},
  coldBytes: hostContext(device).coldBytes,
  // As few launches and replays as there can be.
  budgetMilliseconds: 0.01,
  pauseMilliseconds: 0,
  fillNormalOn: hostContext(device).fillNormalOn,
};
const ignore = { compiled: () => {}, start: () => {} };

it.each(gemmOperations)('two candidates of %s compute the same, and the chosen one is told', async (op) => {
  const gemm = gemmCase(op, tinyShapes[op]);
  const lines: SweepLine[] = [];
  const choice = { kind: 'top', count: 2 } as const;
  await runSweep(context, [gemm], choice, new Set(), { ...ignore, line: (line) => lines.push(line) });
  expect(lines.filter(isSweepRow)).toHaveLength(lines.length);
  expect(lines.length).toBeGreaterThanOrEqual(2);
  const chosen = lines.filter((line) => isSweepRow(line) && line.chosen).map(({ name }) => name);
  expect(chosen).toEqual([gemmConfigName(libraryChoice(gemm.problem, device.properties))]);
  expect(new Set(lines.map(sweepKey)).size).toBe(lines.length);
});

it('reports a configuration that does not compile, goes on, and leaves out what is done', async () => {
  const gemm = gemmCase('bf16_nt', [5, 16, 64]);
  const chosen = libraryChoice(gemm.problem, device.properties);
  const broken = { ...chosen, blockN: 8 };
  const other = { ...chosen, stages: chosen.stages - 1 };
  const lines: SweepLine[] = [];
  const started: string[] = [];
  const choice = { kind: 'listed', entries: [broken, other] } as const;
  const done = new Set([sweepKey({ ...gemm, name: gemmConfigName(chosen) })]);
  await runSweep(context, [gemm], choice, done, {
    compiled: () => {},
    start: ({ name }) => started.push(name),
    line: (line) => lines.push(line),
  });
  expect(started).toEqual([gemmConfigName(broken), gemmConfigName(other)]);
  expect(lines.map(isSweepRow)).toEqual([false, false]);
});
