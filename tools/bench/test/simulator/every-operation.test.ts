import { createSimulator } from '@dg/simulator';
import { afterAll, describe, expect, it } from 'vitest';
import { groupedExercises } from '../../src/exercise/exercise-kernels.js';
import { gemmOperations } from '../../src/gemms/gemm-operation.js';
import { gemmCase } from '../../src/gemms/gemm-tables.js';
import { checkGemm } from '../../src/measure/check-gemm.js';
import { measureGemm } from '../../src/measure/measure-gemm.js';
import { measureMemory } from '../../src/measure/measure-memory.js';
import { withSets } from '../../src/measure/with-sets.js';
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

describe('exercise', () => {
  it.each(groupedExercises)('$op runs and is right', async (gemm) => {
    await withSets(context, 1, gemm.createSet, async ([set], stream) => {
      set!.callWith({ stream })();
      expect(await checkGemm(set!, gemm.op)).toBeLessThan(1e-5);
    });
  });
});
