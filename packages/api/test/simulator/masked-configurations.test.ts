import { boxRowsOfA, type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { createSimulator } from '@dg/simulator';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { gemmCandidates } from '../../src/config/gemm-candidates.js';
import type { MGroupedMaskedProblem } from '../../src/problem/gemm-problem.js';
import { expectUntouched } from '../support/expect-untouched.js';
import { groupedOperands } from '../support/grouped-operands.js';
import { launchProblemWithConfig } from '../support/launch-with-config.js';
import { completeMGrouped, type MGroupedCase } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';
import { rowsUnderMask } from '../support/rows-under-mask.js';
import { kinds, stageK } from './every-configuration.js';

const m = 330;
const n = 208;
const fewGroups = [64, 0, 193, 1, 256, 65, 129, 320, 192, 128, 257];
/** More than a warp has lanes: these are not sorted. */
const manyGroups = Array.from({ length: 34 }, (_, group) => (group % 8 === 3 ? 70 * (group % 5) : 0));

/** Less than a tile each, in turn with more rows than the one before and with fewer. */
const smallGroups = Array.from({ length: 34 }, (_, group) => (group % 8 === 3 ? 0 : (13 * group + 5) % 61));

/** The narrowest of the configurations that share out rows in one way, the tallest last. */
function oneOfEachWay(kind: (typeof kinds)[keyof typeof kinds]): readonly GemmConfig[] {
  const variant = { kind, grouping: 'masked', majorA: 'k', majorB: 'k' } as const;
  const byWay = new Map<string, GemmConfig>();
  for (const config of gemmCandidates(variant, 'bfloat16', 'tma')) {
    const way = `${config.blockM} ${config.mathWarpgroups}`;
    if (config.blockN < (byWay.get(way)?.blockN ?? Number.POSITIVE_INFINITY)) byWay.set(way, config);
  }
  return [...byWay.values()].sort((x, y) => x.blockM - y.blockM);
}

// Groups that end in each of the fragments of 64 rows of a tile, in its last row and in the first of the next, the tallest
// neither first nor last; with one cluster that has all tiles, two, and four, of which places turn by three.
describe.each(['float8_e4m3fn', 'bfloat16'] as const)('masked groups of %s', (operandType) => {
  const configs = oneOfEachWay(kinds[operandType]).map((config) => ({
    config,
    name: gemmConfigName(config),
  }));

  it('are tried with every height of a tile', () => {
    const heights = operandType === 'bfloat16' ? [64, 128] : [64, 128, 192, 256];
    expect(configs.map(({ config }) => config.blockM).sort((x, y) => x - y)).toEqual(heights);
  });

  it.each(configs)('$name', ({ config }) => check(operandType, config, fewGroups, 4));
  it.each(configs.slice(-1))('$name, in one cluster and in two', async ({ config }) => {
    for (const clusters of [1, 2]) await check(operandType, config, fewGroups, clusters);
  });
  it.each(configs.slice(-1))('$name, more groups than are sorted', ({ config }) =>
    check(operandType, config, manyGroups, 4),
  );
  // Each stage is filled first by a tile of other rows; the simulator reports what is read and was never written.
  it.each([10, 20, 40])('with boxes of A for %i rows', async (expectedM) => {
    const { config } = configs[0]!;
    expect(config.blockM).toBe(64);
    expect(boxRowsOfA(config, m, expectedM)).toBe({ 10: 16, 20: 32, 40: 64 }[expectedM]);
    await check(operandType, config, smallGroups, 4, expectedM);
  });
});

async function check(
  operandType: keyof typeof kinds,
  config: GemmConfig,
  masks: readonly number[],
  clusters: number,
  expectedM: number = m,
) {
  const random = seededRandom(testSeed());
  const gemm = completeMGrouped(random, {
    form: 'masked',
    operandType,
    groups: masks.length,
    m,
    n,
    k: 2 * stageK[operandType] + 16,
    outputType: config.output,
    data: 'integers',
    layoutD: { pitchD: n + 8, guardBytes: 256, groupGap: 16 },
  });
  const rows = rowsUnderMask(masks, m);
  const device: KernelDevice = createSimulator({});
  const uploaded = uploadMGrouped(device, drawMGrouped(random, gemm, rows), Int32Array.from(masks));
  try {
    uploaded.reset();
    const operands = groupedOperands(uploaded.call, uploaded.output.tensor);
    const { defaultStream } = device;
    const problem = problemOf(gemm, config, expectedM);
    launchProblemWithConfig(device, defaultStream, problem, operands, config, clusters);
    const d = await uploaded.output.tensor.read();
    const ends = rows.map((ofGroup) => ofGroup.filter((row) => row % 64 === 0 || row === ofGroup.length - 1));
    expect(uploaded.check(d, ends)).toBe(0);
    expectUntouched(d, rows, m, n);
    await uploaded.output.expectGuardsIntact();
  } finally {
    uploaded.destroy();
    device.destroy();
  }
}

function problemOf(gemm: MGroupedCase, config: GemmConfig, expectedM: number): MGroupedMaskedProblem {
  const { operandType, groups, k, outputType } = gemm;
  const layout = {
    majorA: 'k',
    majorB: 'k',
    accumulate: false,
    tmaStorable: config.store === 'tma',
  } as const;
  return { kind: 'm-grouped-masked', operandType, groups, m, n, k, outputType, expectedM, ...layout };
}
