import { type GemmConfig, gemmConfigName, kGroupMapsKernel } from '@dg/kernels';
import { type KernelDevice, Scratch } from '@dg/runtime';
import { createSimulator } from '@dg/simulator';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { gemmCandidates } from '../../src/config/gemm-candidates.js';
import type { GemmVariant } from '../../src/config/gemm-kernel-kind.js';
import { groupMapsLaunch, groupMapsTensor } from '../../src/launch/group-maps.js';
import type { GemmProblem } from '../../src/problem/gemm-problem.js';
import { groupLayout } from '../support/group-layout.js';
import { groupedOperands } from '../support/grouped-operands.js';
import { drawKGrouped } from '../support/k-grouped-data.js';
import { uploadKGrouped } from '../support/k-grouped-gemm.js';
import { launchProblemWithConfig } from '../support/launch-with-config.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import { drawMGrouped } from '../support/m-grouped-data.js';
import { uploadMGrouped } from '../support/m-grouped-gemm.js';

const ks = [128, 0, 384, 256];
const sumK = 768;
const mkAlignment = 128;

/** Those of a variant whose CTAs share operands. */
function clustersOf(variant: GemmVariant, output: 'float32' | 'bfloat16'): readonly GemmConfig[] {
  return gemmCandidates(variant, output, 'tma').filter(({ clusterM, clusterN }) => clusterM * clusterN > 1);
}

// CTAs of a cluster have tiles of one group, also where one of the two lies outside D. Each loads its part of the operand
// that they share, which is blocks where that is MN-major, and multicasts it.
describe('CTAs of grouped products that share an operand', () => {
  const kVariant = { kind: 'bf16', grouping: 'k', majorA: 'mn', majorB: 'mn' } as const;
  const ofK = clustersOf(kVariant, 'float32').map((config) => ({ config, name: gemmConfigName(config) }));
  const ofRows = (['k', 'mn'] as const).flatMap((major) =>
    (['bfloat16', 'float32'] as const).flatMap((output) => {
      const variant = { kind: 'bf16', grouping: 'contiguous', majorA: major, majorB: major } as const;
      return clustersOf(variant, output).map((config) => ({ config, name: gemmConfigName(config) }));
    }),
  );

  it('are candidates', () => {
    expect(ofK.length).toBe(1);
    expect(ofRows.length).toBe(4);
  });

  it.each(ofK)('groups of K: $name', ({ config }) => checkKGroups('bfloat16', config));
  it.each(ofK)('groups of K, added to D: $name', ({ config }) =>
    checkKGroups('bfloat16', config, 'in place'),
  );
  it('groups of K that share B', () =>
    checkKGroups('bfloat16', { ...ofK[0]!.config, clusterM: 2, clusterN: 1 }));

  it('groups of K with maps of their own, that share B', () => {
    const variant = { kind: 'fp8-1d1d', grouping: 'k', majorA: 'k', majorB: 'k', groupMaps: true } as const;
    const config = gemmCandidates(variant, 'float32', 'tma').find(({ blockN }) => blockN === 192)!;
    return checkKGroups('float8_e4m3fn', { ...config, clusterM: 2 });
  });

  it.each(ofRows)('groups of rows: $name', ({ config }) => checkRows(config));
  it('groups of rows by their ends', () => checkRows(ofRows[0]!.config, 'psum'));
});

/** A D with an odd number of tiles across, and rows that end inside one. */
function sizesFor({ blockM, blockN, clusterM, clusterN }: GemmConfig): readonly [number, number] {
  return [blockM * (clusterM === 1 ? 1 : 2) + 40, blockN * (clusterN === 1 ? 1 : 2) + 40];
}

async function checkKGroups(
  operandType: 'bfloat16' | 'float8_e4m3fn',
  config: GemmConfig,
  accumulation: 'none' | 'in place' = 'none',
): Promise<void> {
  const random = seededRandom(testSeed());
  const [m, n] = sizesFor(config);
  const storage = operandType === 'bfloat16' ? 'matrix' : 'blocks';
  const major = operandType === 'bfloat16' ? 'mn' : 'k';
  const gemm = {
    ...({ operandType, storage, m, n, sumK, groups: ks.length, majorA: major, majorB: major } as const),
    ...({
      data: 'integers',
      accumulation,
      layoutD: { pitchD: n + 4, guardBytes: 256, groupGap: 16 },
    } as const),
  };
  const device: KernelDevice = createSimulator({});
  const uploaded = uploadKGrouped(device, drawKGrouped(random, gemm, ks), ks);
  try {
    uploaded.reset();
    const d = uploaded.output.tensor;
    const operands = { ...groupedOperands(uploaded.call, d), ...(accumulation === 'none' ? {} : { c: d }) };
    const problem: GemmProblem = {
      ...({
        kind: 'k-grouped',
        storage,
        operandType,
        groups: ks.length,
        m,
        n,
        k: sumK,
        outputType: 'float32',
      } as const),
      ...({
        majorA: major,
        majorB: major,
        accumulate: accumulation === 'in place',
        tmaStorable: true,
        recipe: [1, 1, 128],
      } as const),
    };
    const stream = device.defaultStream;
    const withMaps = config.groupMaps
      ? { ...operands, groupMaps: groupMapsTensor(problem, new Scratch(device)) }
      : operands;
    if (withMaps.groupMaps !== undefined) {
      const maps = groupMapsLaunch(problem, withMaps, config, withMaps.groupMaps);
      device.kernel(kGroupMapsKernel).launch({ ...maps, stream });
    }
    launchProblemWithConfig(device, stream, problem, withMaps, config);
    expect(uploaded.check(await uploaded.output.tensor.read(), ks)).toBe(0);
    await uploaded.output.expectGuardsIntact();
  } finally {
    uploaded.destroy();
    device.destroy();
  }
}

/** With a tile of nothing but padding at the end. */
async function checkRows(config: GemmConfig, layout: 'rows' | 'psum' = 'rows'): Promise<void> {
  const random = seededRandom(testSeed());
  const { majorA = 'k', majorB = 'k' } = config;
  const { contents, rows, m } = groupLayout([128, 0, 200, 60], { layout, mkAlignment, m: 896 });
  const [, n] = sizesFor(config);
  const gemm = completeMGrouped(random, {
    ...({ form: 'contiguous', operandType: 'bfloat16', groups: rows.length, m, n, k: 300 } as const),
    ...({
      outputType: config.output,
      data: 'integers',
      majorA,
      majorB,
      layoutD: { pitchD: n + 8, guardBytes: 256, groupGap: 0 },
    } as const),
  });
  const device: KernelDevice = createSimulator({});
  const uploaded = uploadMGrouped(device, drawMGrouped(random, gemm, rows), contents);
  try {
    uploaded.reset();
    const operands = groupedOperands(uploaded.call, uploaded.output.tensor);
    const problem: GemmProblem = {
      ...({
        kind: 'm-grouped-contiguous',
        operandType: 'bfloat16',
        groups: rows.length,
        m,
        n,
        k: 300,
      } as const),
      ...({
        outputType: config.output,
        majorA,
        majorB,
        accumulate: false,
        tmaStorable: true,
      } as const),
      layout,
      mkAlignment,
    };
    launchProblemWithConfig(device, device.defaultStream, problem, operands, config);
    expect(uploaded.check(await uploaded.output.tensor.read(), rows)).toBe(0);
    await uploaded.output.expectGuardsIntact();
  } finally {
    uploaded.destroy();
    device.destroy();
  }
}
