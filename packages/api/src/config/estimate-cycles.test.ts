import type { GemmConfig } from '@dg/kernels';
import { expect, it } from 'vitest';
import { configWith } from '../../test/support/config-with.js';
import type { DenseProblem } from '../problem/gemm-problem.js';
import { clusterRoom, estimateCycles } from './estimate-cycles.js';
import { gemmCandidates } from './gemm-candidates.js';
import { gemmVariant } from './gemm-kernel-kind.js';
import { type HopperModel, hopper } from './hopper-model.js';

const h200 = { multiprocessorCount: 132 };

/** Nothing but device memory takes time. */
const memoryOnly: HopperModel = {
  ...hopper,
  tensorElementsPerCycle: Infinity,
  sharedMemoryBytesPerCycle: Infinity,
  ingestBytesPerCycle: Infinity,
  l2BytesPerCycle: Infinity,
  loadLatencyCycles: 0,
  promotionCyclesPerColumn: 0,
  storeOverheadCycles: 0,
  storeBytesPerCycle: Infinity,
  launchCycles: 0,
  sharedLaunchCycles: 0,
  overlapOrder: 100,
};

function decode(n: number): DenseProblem {
  return {
    kind: 'dense',
    operandType: 'float8_e4m3fn',
    m: 64,
    n,
    k: 7168,
    majorA: 'k',
    majorB: 'k',
    outputType: 'bfloat16',
    accumulate: false,
    tmaStorable: true,
  };
}

function candidate(problem: DenseProblem, wanted: Partial<GemmConfig>): GemmConfig {
  return configWith(gemmCandidates(gemmVariant(problem), 'bfloat16', 'tma'), wanted);
}

it('gives the last tile the time in which one multiprocessor takes it in', () => {
  const wanted = { blockM: 64, blockN: 128, splitK: 1, blocksPerSm: 1, clusterM: 1, clusterN: 1 };
  const config = candidate(decode(132 * 128), wanted);
  const cycles = (tiles: number) => estimateCycles(decode(tiles * 128), config, h200, memoryOnly);
  const alone = (128 * 7168) / hopper.streamBytesPerCycle;
  expect(cycles(133) - cycles(132)).toBeGreaterThan(0.9 * alone);
  // So many multiprocessors together have the whole rate of the memory.
  const rate = hopper.deviceMemoryBytesPerSecond / hopper.cyclesPerSecond;
  const enough = Math.ceil(rate / hopper.streamBytesPerCycle);
  expect(enough).toBeLessThan(132);
  expect(cycles(132 + enough) / cycles(132)).toBeCloseTo(1 + enough / 132, 1);
});

it('expects FP8 to lose time between the fragments of a warpgroup', () => {
  const problem = { ...decode(8192), m: 8192 };
  const loss = (wanted: Partial<GemmConfig>, operandType: 'float8_e4m3fn' | 'bfloat16') => {
    const config = candidate(problem, { splitK: 1, clusterM: 1, clusterN: 1, ...wanted });
    const cycles = (fragmentSwitchCycles: number) =>
      estimateCycles({ ...problem, operandType }, config, h200, { ...hopper, fragmentSwitchCycles });
    return cycles(100) - cycles(0);
  };
  expect(loss({ blockM: 256, blockN: 128 }, 'float8_e4m3fn')).toBeGreaterThan(0);
  expect(loss({ blockM: 256, blockN: 128 }, 'bfloat16')).toBe(0);
  expect(loss({ blockM: 128, blockN: 192 }, 'float8_e4m3fn')).toBe(0);
});

it('expects two CTAs on a multiprocessor to hold each other up', () => {
  const problem = decode(200 * 96);
  const two = candidate(problem, { blockM: 64, blockN: 96, blocksPerSm: 2, splitK: 1 });
  const cycles = (cost: number) =>
    estimateCycles(problem, two, h200, {
      ...hopper,
      launchCycles: 0,
      sharedLaunchCycles: 0,
      twoOnMultiprocessorCost: cost,
    });
  expect(cycles(1.5) / cycles(1)).toBeCloseTo(1.5, 6);
  const few = decode(132 * 96);
  const alone = (cost: number) =>
    estimateCycles(few, two, h200, { ...hopper, twoOnMultiprocessorCost: cost });
  expect(alone(1.5)).toBe(alone(1));
});

it('expects CTAs that split K to spread over multiprocessors', () => {
  const problem = decode(1024);
  const apart = candidate(problem, { splitK: 2 });
  const cycles = (blocksPerSm: number) => estimateCycles(problem, { ...apart, blocksPerSm }, h200);
  expect(cycles(2)).toBe(cycles(1));
});

it('has less room for clusters of three or more than their multiprocessors would be', () => {
  const pair = candidate(decode(1024), { splitK: 2 });
  expect([2, 3, 4].map((splitK) => clusterRoom({ ...pair, splitK, blocksPerSm: 1 }, h200))).toEqual([
    66, 40, 30,
  ]);
});

it('expects less of a launch to be waited for where the grid before leaves room on its multiprocessors', () => {
  const problem = decode(2048);
  const deep = candidate(problem, { blockM: 64, blockN: 64, splitK: 1, blocksPerSm: 1 });
  const half = { ...deep, sharedMemoryBytes: 113 * 1024 };
  const cycles = (config: GemmConfig) => estimateCycles(problem, config, h200);
  expect(deep.sharedMemoryBytes).toBeGreaterThan(half.sharedMemoryBytes);
  expect(cycles(deep) - cycles(half)).toBeCloseTo(hopper.sharedLaunchCycles);
  expect(cycles({ ...half, sharedMemoryBytes: half.sharedMemoryBytes + 1 })).toBe(cycles(deep));
});
