import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { snakeCase } from '../config-literal.js';
import { kernelIncludeRoot } from '../include-root.js';
import { bf16GemmKernel } from './bf16-gemm.js';
import { fp8GemmKernel } from './fp8-gemm.js';
import {
  type GemmConfig,
  gemmBlockThreads,
  gemmConfigFields,
  gemmConfigLiteral,
  gemmConfigName,
} from './gemm-config.js';
import {
  boxRowsOfA,
  boxRowsOfScales,
  fittingStages,
  mmaColumns,
  sharedMemoryBytes,
  stageLoadBytes,
  storeBoxCounts,
  storeSpanBytes,
} from './shared-memory.js';

const shape = {
  blockM: 128,
  blockN: 160,
  mathWarpgroups: 2,
  clusterM: 1,
  clusterN: 1,
  output: 'bfloat16',
  store: 'tma',
} as const;

const config: GemmConfig = {
  blockM: 128,
  blockN: 160,
  mathWarpgroups: 2,
  stages: 5,
  clusterM: 1,
  clusterN: 1,
  output: 'bfloat16',
  store: 'tma',
  sharedMemoryBytes: sharedMemoryBytes(shape, 5, true),
};

describe('GemmConfig', () => {
  it('has the fields of the CUDA struct, in its order', () => {
    const header = readFileSync(`${kernelIncludeRoot}/dg/gemm/gemm_config.cuh`, 'utf8');
    const body = /struct GemmConfig \{([^}]*)\}/.exec(header)![1]!.replace(/\/\/.*$/gm, '');
    const fields = [...body.matchAll(/(\w+)( = [\w:]+)?;/g)].map((match) => match[1]);
    expect(fields).toEqual(gemmConfigFields.map(snakeCase));
    const all: Required<GemmConfig> = {
      ...config,
      majorA: 'k',
      majorB: 'k',
      grouping: 'dense',
      columnScaling: 'per_block',
      warpgroupsN: 1,
      splitK: 1,
      blocksPerSm: 1,
      storeBoxes: 2,
      kUnroll: 1,
      partialSums: 1,
      groupMaps: false,
    };
    expect(new Set(gemmConfigFields)).toEqual(new Set(Object.keys(all)));
  });

  it('is written by name', () => {
    expect(gemmConfigLiteral(config)).toBe(
      'GemmConfig{.block_m = 128u, .block_n = 160u, .math_warpgroups = 2u, .stages = 5u, .cluster_m = 1u, ' +
        '.cluster_n = 1u, .output = OutputType::bfloat16, .store = StorePath::tma, ' +
        `.shared_memory_bytes = ${config.sharedMemoryBytes}u}`,
    );
  });

  it('is written in the order of the CUDA struct, whatever its own', () => {
    const { blockM, ...others } = config;
    expect(gemmConfigLiteral({ ...others, blockM })).toBe(gemmConfigLiteral(config));
  });

  it('gives a block producers besides the warpgroups that multiply: a warp, or a warpgroup to take registers from', () => {
    expect(gemmBlockThreads(config)).toBe(384);
    expect(gemmBlockThreads({ ...config, mathWarpgroups: 1 })).toBe(160);
    expect(gemmBlockThreads({ ...config, mathWarpgroups: 1, blocksPerSm: 2 })).toBe(256);
    expect(gemmBlockThreads({ ...config, blocksPerSm: 2 })).toBe(288);
  });

  it('has a name that tells every field apart', () => {
    const variants: GemmConfig[] = [
      config,
      { ...config, blockM: 256 },
      { ...config, blockN: 128 },
      { ...config, mathWarpgroups: 1 },
      { ...config, stages: 4 },
      { ...config, clusterM: 2 },
      { ...config, clusterN: 2 },
      { ...config, output: 'float32' },
      { ...config, store: 'guarded' },
      { ...config, majorA: 'mn' },
      { ...config, majorB: 'mn' },
      { ...config, grouping: 'contiguous' },
      { ...config, grouping: 'masked' },
      { ...config, columnScaling: 'per_column' },
      { ...config, warpgroupsN: 2 },
      { ...config, splitK: 2 },
      { ...config, blocksPerSm: 2 },
      { ...config, storeBoxes: 1 },
      { ...config, kUnroll: 2 },
      { ...config, partialSums: 2 },
    ];
    expect(new Set(variants.map(gemmConfigName)).size).toBe(variants.length);
  });
});

describe('shared memory', () => {
  it('adds store buffers, operand stages, row scales, barriers and the tile queue', () => {
    // Two warpgroups with two boxes of 64 rows x 64 bytes; five stages of (128 + 160) x 128 bytes, 128 scales, two
    // barriers; four tiles of 32 bytes with two barriers each.
    const queue = 4 * (32 + 2 * 8);
    expect(sharedMemoryBytes(shape, 5, true)).toBe(2 * 2 * 64 * 64 + 5 * (288 * 128 + 128 * 4 + 16) + queue);
    expect(sharedMemoryBytes({ ...shape, store: 'guarded' }, 1, false)).toBe(288 * 128 + 16 + queue);
  });

  it('fits as many stages as the limit allows', () => {
    const limit = sharedMemoryBytes(shape, 5, true);
    expect(fittingStages(shape, true, limit, 8)).toBe(5);
    expect(fittingStages(shape, true, limit - 1, 8)).toBe(4);
    expect(fittingStages(shape, true, limit, 3)).toBe(3);
  });

  it('loads no more rows of A than there are, in whole swizzle atoms', () => {
    expect(boxRowsOfScales(config, 9)).toBe(16);
    expect(boxRowsOfScales({ ...config, clusterN: 2 }, 9)).toBe(128);
    expect([1, 8, 9, 128, 4096].map((m) => boxRowsOfA(config, m))).toEqual([8, 8, 16, 128, 128]);
    expect(boxRowsOfA({ ...config, clusterN: 2 }, 1)).toBe(64);
    expect(boxRowsOfA({ ...config, majorA: 'mn' }, 1)).toBe(128);
    expect(stageLoadBytes(config, true, 1)).toBe(160 * 128 + 8 * 4);
    expect(stageLoadBytes({ ...config, columnScaling: 'per_column' }, true, 4096)).toBe(160 * 128 + 288 * 4);
    expect(stageLoadBytes({ ...config, majorA: 'mn' }, false, 1)).toBe(288 * 128);
  });

  it('gives each row of warpgroups a box of A where tiles end inside, or boxes that reach less far beyond the end', () => {
    expect([128, 129, 160, 161, 192, 200, 256, 1000, 1024, 1025].map((m) => boxRowsOfA(config, m))).toEqual([
      128, 32, 32, 64, 64, 32, 128, 64, 128, 128,
    ]);
    const ofOneWarpgroup = { ...config, blockM: 64, mathWarpgroups: 1 };
    expect([65, 80, 81, 97, 128].map((m) => boxRowsOfA(ofOneWarpgroup, m))).toEqual([16, 16, 32, 64, 64]);
    expect(boxRowsOfA({ ...config, warpgroupsN: 2 }, 192)).toBe(64);
    expect(boxRowsOfA({ ...config, warpgroupsN: 2 }, 200)).toBe(128);
    expect(boxRowsOfA({ ...config, grouping: 'masked' }, 4096)).toBe(64);
    // Two fragments for each warpgroup, each of which may be left out.
    expect(boxRowsOfA({ ...config, grouping: 'masked', blockM: 256 }, 4096)).toBe(64);
    expect(boxRowsOfA({ ...config, grouping: 'contiguous' }, 129)).toBe(64);
    expect(boxRowsOfA({ ...config, grouping: 'masked' }, 40)).toBe(40);
  });

  it('gives groups that have few rows of a tile boxes for so many, where a tile is one fragment', () => {
    const masked = { ...config, grouping: 'masked', blockM: 64, mathWarpgroups: 1 } as const;
    expect([0, 1, 16, 17, 32, 33, 64, 300].map((expected) => boxRowsOfA(masked, 4096, expected))).toEqual([
      16, 16, 16, 32, 32, 64, 64, 64,
    ]);
    expect(boxRowsOfA(masked, 64, 20)).toBe(64);
    expect(boxRowsOfA({ ...masked, blockM: 128 }, 4096, 20)).toBe(64);
    expect(boxRowsOfA({ ...masked, grouping: 'dense' }, 4096)).toBe(64);
  });

  it("cuts a warpgroup's columns where one instruction cannot give them all", () => {
    expect(mmaColumns({ blockN: 256 }, true)).toBe(128);
    expect(mmaColumns({ blockN: 256, warpgroupsN: 2 }, true)).toBe(128);
    expect(mmaColumns({ blockN: 160, partialSums: 2 }, true)).toBe(80);
    expect(mmaColumns({ blockN: 256 }, false)).toBe(256);
  });

  it('stores a fragment in one go or in parts, or two of them', () => {
    const tile = { blockM: 128, blockN: 256, mathWarpgroups: 2 };
    expect(storeBoxCounts({ ...tile, output: 'float32' }, true)).toEqual([8, 4, 3, 2, 1]);
    expect(storeBoxCounts({ ...tile, output: 'bfloat16' }, false)).toEqual([4, 3, 2, 1]);
  });

  it('stores in the widest span that divides the tile', () => {
    expect(storeSpanBytes(128, 'bfloat16')).toBe(128);
    expect(storeSpanBytes(160, 'bfloat16')).toBe(64);
    expect(storeSpanBytes(16, 'bfloat16')).toBe(32);
    expect(storeSpanBytes(16, 'float32')).toBe(64);
  });
});

describe('kernel sources', () => {
  it.each([fp8GemmKernel, bf16GemmKernel])('%o is strict, and its entry is in its code', (kernel) => {
    const source = kernel(config);
    expect(source.strict).toBe(true);
    expect(source.code).toContain(`${source.entry}(`);
    expect(source.code).toContain(gemmConfigLiteral(config));
    expect(source.includeRoots).toEqual([kernelIncludeRoot]);
  });
});
