import { describe, expect, it } from 'vitest';
import type { DenseProblem, GemmProblem } from '../problem/gemm-problem.js';
import { estimateCycles } from './estimate-cycles.js';
import { explainConfig } from './explain-config.js';
import { gemmCandidates, reachableGemmConfigs } from './gemm-candidates.js';
import { hopper } from './hopper-model.js';
import { rasterRows } from './raster-rows.js';
import { candidatesFor, rankedConfigs, selectConfig } from './select-config.js';
import { mostConfigs } from './shortlist.js';

const h200 = { multiprocessorCount: 132 };

function problem(m: number, n: number, k: number, changes: Partial<DenseProblem> = {}): DenseProblem {
  return {
    kind: 'dense',
    operandType: 'float8_e4m3fn',
    m,
    n,
    k,
    majorA: 'k',
    majorB: 'k',
    outputType: 'bfloat16',
    accumulate: false,
    tmaStorable: true,
    ...changes,
  };
}

const dimensions = [1, 7, 8, 16, 24, 63, 64, 65, 127, 128, 129, 300, 576, 1024, 2112, 4096, 24576];

// Pitfall: tiny K: no stage count, or a pipeline deeper than the loop.
describe('selectConfig', () => {
  it.each(['float8_e4m3fn', 'bfloat16'] as const)(
    'chooses a reachable %s configuration for any shape',
    (operandType) => {
      const kind = operandType === 'bfloat16' ? 'bf16' : 'fp8-1d2d';
      const reachable = new Set(reachableGemmConfigs(kind).map((config) => JSON.stringify(config)));
      for (const m of dimensions) {
        for (const n of dimensions) {
          for (const k of [1, 16, 32, 64, 96, 128, 500, 7168]) {
            for (const outputType of ['bfloat16', 'float32'] as const) {
              for (const tmaStorable of [true, false]) {
                const config = selectConfig(problem(m, n, k, { operandType, outputType, tmaStorable }), h200);
                expect(reachable).toContain(JSON.stringify(config));
                expect(config.output).toBe(outputType);
                expect(config.store).toBe(tmaStorable && (config.splitK ?? 1) === 1 ? 'tma' : 'guarded');
                expect(Math.ceil(m / config.blockM)).toBeGreaterThanOrEqual(config.clusterM);
                expect(Math.ceil(n / config.blockN)).toBeGreaterThanOrEqual(config.clusterN);
              }
            }
          }
        }
      }
    },
  );

  it('is a pure function: the same answer each time', () => {
    const shape = problem(4096, 7168, 2048);
    expect(selectConfig(shape, h200)).toEqual(selectConfig({ ...shape }, { ...h200 }));
  });

  it('is the same for all multiprocessors and the fitted utilization as without settings', () => {
    const settings = { numSms: 132, tcUtil: hopper.tensorUtilization };
    for (const m of dimensions) {
      const shape = problem(m, 7168, 2048);
      expect(selectConfig(shape, { ...h200, ...settings })).toEqual(selectConfig(shape, h200));
    }
  });

  it('expects more time of fewer multiprocessors, and of tensor cores that do less', () => {
    const shape = problem(4096, 7168, 2048);
    const config = selectConfig(shape, h200);
    const all = estimateCycles(shape, config, h200);
    expect(estimateCycles(shape, config, { ...h200, numSms: 66 })).toBeGreaterThan(1.8 * all);
    expect(estimateCycles(shape, config, { ...h200, tcUtil: 0.4 })).toBeGreaterThan(1.5 * all);
  });

  it('takes no cluster where there is one multiprocessor', () => {
    for (const m of dimensions) {
      const config = selectConfig(problem(m, 7168, 2048), { ...h200, numSms: 1 });
      expect(config.clusterM * config.clusterN).toBe(1);
    }
  });

  it('takes narrow tiles for few rows and wide ones for many', () => {
    expect(selectConfig(problem(1, 2112, 7168), h200).blockM).toBe(64);
    expect(selectConfig(problem(64, 576, 7168), h200).blockN).toBeLessThanOrEqual(64);
    const large = selectConfig(problem(4096, 24576, 1536), h200);
    expect(large.blockM * large.blockN).toBeGreaterThanOrEqual(128 * 192);
  });

  it('cuts bfloat16 into tiles that fill the last wave: 2112 columns into twelve of 176', () => {
    const operandType = 'bfloat16';
    expect(selectConfig(problem(4096, 2112, 7168, { operandType }), h200).blockN).toBe(176);
    expect(selectConfig(problem(4096, 4096, 7168, { operandType }), h200).blockN).not.toBe(176);
  });

  it('takes kernels of which two fit on a multiprocessor where narrow tiles fill all of them', () => {
    for (const operandType of ['float8_e4m3fn', 'bfloat16'] as const) {
      for (const m of [1, 64]) {
        expect(selectConfig(problem(m, 2112, 7168, { operandType }), h200).blocksPerSm).toBe(2);
      }
    }
  });

  it('takes tiles of more rows than there are where their columns fill the multiprocessors: 18432 of 144', () => {
    for (const operandType of ['float8_e4m3fn', 'bfloat16'] as const) {
      for (const m of [24, 64]) {
        const { blockM, blockN } = selectConfig(problem(m, 18432, 7168, { operandType }), h200);
        expect([blockM, blockN]).toEqual([128, 144]);
      }
    }
  });

  it('splits K where there are fewer tiles than multiprocessors, and only there', () => {
    expect(selectConfig(problem(64, 576, 7168), h200).splitK).toBeGreaterThan(1);
    expect(selectConfig(problem(1024, 576, 7168, { operandType: 'bfloat16' }), h200).splitK).toBeGreaterThan(
      1,
    );
    expect(selectConfig(problem(4096, 24576, 1536), h200).splitK ?? 1).toBe(1);
    expect(selectConfig(problem(64, 576, 128), h200).splitK ?? 1).toBe(1);
  });

  // Pitfall: each token count compiles its own kernel.
  it.each(['float8_e4m3fn', 'bfloat16'] as const)(
    'compiles few kernels for a server: at most 8 for one N and K over all M (%s)',
    (operandType) => {
      for (const [n, k] of [
        [2112, 7168],
        [576, 7168],
        [24576, 1536],
        [4096, 7168],
        [7168, 2048],
        [1536, 7168],
        [7168, 18432],
      ] as const) {
        const names = new Set<string>();
        for (let m = 1; m <= 8192; m += m < 512 ? 1 : 61)
          names.add(JSON.stringify(selectConfig(problem(m, n, k, { operandType }), h200)));
        expect(names.size).toBeLessThanOrEqual(mostConfigs);
      }
    },
  );
});

/** Problems of every kind, as functions of the rows that change from one batch to the next. */
const families: Readonly<Record<string, (rows: number, changes: Partial<DenseProblem>) => GemmProblem>> = {
  dense: (rows, changes) => problem(rows, 2112, 7168, changes),
  contiguous: (rows, changes) => ({
    ...problem(rows * 8, 4096, 7168, changes),
    kind: 'm-grouped-contiguous',
    groups: 8,
    layout: 'rows',
    mkAlignment: 128,
  }),
  masked: (rows, changes) => ({
    ...problem(8192, 4096, 7168, changes),
    kind: 'm-grouped-masked',
    groups: 8,
    expectedM: rows,
  }),
  'k-grouped': (rows, changes) => ({
    ...problem(4096, 7168, rows * 128, changes),
    kind: 'k-grouped',
    groups: 8,
    storage: 'matrix',
    outputType: 'float32',
  }),
};

describe('masked products', () => {
  const highestTile = (m: number, expectedM: number) => {
    const masked = { ...families['masked']!(expectedM, { n: 6144 }), m };
    return Math.max(...rankedConfigs(masked, h200).map(({ blockM }) => blockM));
  };

  it('have tiles that hold a group of 1.3 times the average, and no higher ones', () => {
    expect([20, 64, 98, 99, 147, 148, 192].map((expectedM) => highestTile(8192, expectedM))).toEqual([
      64, 128, 128, 192, 192, 256, 256,
    ]);
    expect(selectConfig(families['masked']!(192, { n: 6144 }), h200).blockM).toBe(256);
  });

  it('have none that are higher than what a group has room for', () => {
    expect([64, 128, 192].map((most) => highestTile(most, most))).toEqual([64, 128, 192]);
    expect(highestTile(128, 100)).toBe(128);
  });
});

// Pitfall: each token count compiles its own kernel.
describe.each(Object.keys(families))('a server of %s products', (family) => {
  const changes: Partial<DenseProblem>[] = [
    {},
    { recipe: [1, 1, 128] },
    { operandType: 'bfloat16' },
    { operandType: 'bfloat16', majorA: 'mn', majorB: 'mn' },
    { outputType: 'float32', accumulate: true },
    { tmaStorable: false },
    { operandType: 'bfloat16', outputType: 'float32', tmaStorable: false },
  ];
  it.each(changes)('has at most 8 kernels for one N and K, whatever the batch: %j', (change) => {
    const names = new Set<string>();
    for (let rows = 1; rows <= 8192; rows += rows < 256 ? 3 : 101) {
      names.add(JSON.stringify(selectConfig(families[family]!(rows, change), h200)));
    }
    expect(names.size).toBeGreaterThan(0);
    expect(names.size).toBeLessThanOrEqual(mostConfigs);
  });
});

describe('gemmCandidates', () => {
  it('keeps every candidate within the shared memory of a block and at least two stages deep', () => {
    for (const config of [...reachableGemmConfigs('fp8-1d2d'), ...reachableGemmConfigs('bf16')]) {
      const { sharedMemoryBytes, blocksPerSm = 1 } = config;
      expect(sharedMemoryBytes).toBeLessThanOrEqual(232_448);
      expect((sharedMemoryBytes + 1024) * blocksPerSm).toBeLessThanOrEqual(228 * 1024);
      expect(config.stages).toBeGreaterThanOrEqual(2);
      expect(config.blockN % 16).toBe(0);
    }
  });

  it('lists no configuration twice', () => {
    const configs = reachableGemmConfigs('bf16').map((config) => JSON.stringify(config));
    expect(new Set(configs).size).toBe(configs.length);
  });
});

describe('rankedConfigs', () => {
  it('has what suits a problem, the lowest estimate first, and among it the choice', () => {
    for (const [m, n, k] of [
      [1, 576, 7168],
      [128, 2112, 7168],
      [4096, 7168, 2048],
    ] as const) {
      const shape = problem(m, n, k);
      const ranked = rankedConfigs(shape, h200);
      const estimates = ranked.map((config) => estimateCycles(shape, config, h200));
      expect(estimates).toEqual([...estimates].sort((x, y) => x - y));
      expect(ranked.length).toBeGreaterThan(8);
      expect(ranked).toContainEqual(selectConfig(shape, h200));
    }
    const short = problem(64, 576, 512);
    const ranked = rankedConfigs(short, h200);
    expect(ranked.length).toBeLessThan(candidatesFor(short).length);
    expect(ranked.every(({ splitK = 1 }) => splitK <= 2)).toBe(true);
  });
});

describe('rasterRows', () => {
  it('divides the rows into equal groups of about the square root of the tiles in flight', () => {
    const config = gemmCandidates(
      { kind: 'fp8-1d2d', grouping: 'dense', majorA: 'k', majorB: 'k' },
      'bfloat16',
      'tma',
    ).find((c) => c.blockM === 128 && c.blockN === 128)!;
    expect(rasterRows(problem(4096, 7168, 2048), config, h200)).toBe(11);
    expect(rasterRows(problem(1, 7168, 2048), config, h200)).toBe(1);
    expect(rasterRows(problem(128 * 13, 7168, 2048), config, h200)).toBe(7);
  });
});

describe('explainConfig', () => {
  it('names the shape, the configuration and the expected time in one line', () => {
    const shape = problem(64, 576, 7168, { accumulate: true });
    const line = explainConfig(shape, selectConfig(shape, h200), h200);
    expect(line).toMatch(
      /^fp8-1d2d M=64 N=576 K=7168 D=bfloat16 \+C: \d+x\d+-w\d-c1x1-\S+-k\d-\S+ \(tile .*expected [\d.]+ us\)$/,
    );
    expect(explainConfig(shape, selectConfig(shape, h200), h200, 4.56)).toMatch(/ us, tuned: 4\.6 us\)$/);
  });
});
