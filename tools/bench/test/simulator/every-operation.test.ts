import { createSimulator } from '@dg/simulator';
import { afterAll, expect, it } from 'vitest';
import { gemmOperations } from '../../src/gemms/gemm-operation.js';
import { gemmCase } from '../../src/gemms/gemm-tables.js';
import { measureGemm } from '../../src/measure/measure-gemm.js';
import { emptyLaunches, emptyLaunchName, measureHostLaunch } from '../../src/measure/measure-host-launch.js';
import { measureMemory } from '../../src/measure/measure-memory.js';
import { hostContext } from '../../src/testing/host-context.js';
import { tinyMemoryCases, tinyShapes } from '../../src/testing/tiny-cases.js';

// Inputs, launches in a graph, timing and checks as on a GPU, by the kernels that ship: only the times mean nothing.
const device = createSimulator({ seed: 1, multiprocessorCount: 2 });
const context = { ...hostContext(device), effort: { fewestLaunches: 2, warmReplays: 1, timedReplays: 1 } };
afterAll(() => device.destroy());

it.each(gemmOperations)('%s is made, timed and checked', async (op) => {
  const row = await measureGemm(context, gemmCase(op, tinyShapes[op]));
  expect(row).toMatchObject({ op, checked: true });
  expect(Math.abs(row.diff)).toBeLessThan(5e-6);
});

it.each(tinyMemoryCases)('$op is made, timed and checked', async (memoryCase) => {
  await expect(measureMemory(context, memoryCase, 4000)).resolves.toMatchObject({ checked: true });
});

it.each(emptyLaunches.map((launch) => [emptyLaunchName(launch), launch] as const))(
  '%s is launched and timed',
  async (_, launch) => {
    const effort = { warmCalls: 1, batches: 3, callsPerBatch: 2 };
    expect(await measureHostLaunch(device, launch, effort)).toBeGreaterThan(0);
  },
);
