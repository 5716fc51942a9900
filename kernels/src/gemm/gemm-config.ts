import { configLiteral } from '../config-literal.js';

export type GemmOutput = 'bfloat16' | 'float32';

/**
 * `tma` needs rows of D that start at multiples of 16 bytes and are a multiple of 16 bytes long (a store is clipped to
 * whole 16-byte units only); `guarded` stores any D, element by element.
 */
export type GemmStore = 'tma' | 'guarded';

/** How an operand lies in memory: its contiguous dimension. */
export type GemmMajor = 'k' | 'mn';

/** How rows of A and D belong to groups, each with its own B: include/dg/schedule/tile.cuh. */
export type GemmGrouping = 'dense' | 'contiguous' | 'masked' | 'k';

/** What a scale of B belongs to, besides 128 of K: a block of 128 rows, or one row. */
export type GemmColumnScaling = 'per_block' | 'per_column';

/**
 * Everything that is fixed when a GEMM kernel is compiled. `GemmConfig` in include/dg/gemm/gemm_config.cuh has the
 * same fields in the same order.
 */
export interface GemmConfig {
  /** Rows of D that a CTA computes at a time. */
  readonly blockM: number;
  /** Columns of D that a CTA computes at a time: a multiple of 16. */
  readonly blockN: number;
  /** They share the tile, one above the other but for `warpgroupsN` of them. */
  readonly mathWarpgroups: number;
  /** Depth of the operand pipeline. */
  readonly stages: number;
  /** CTAs of a cluster that share B's rows, one above the other in D. */
  readonly clusterM: number;
  /** CTAs of a cluster that share A's rows, side by side in D. */
  readonly clusterN: number;
  readonly output: GemmOutput;
  readonly store: GemmStore;
  /** Dynamic shared memory of the launch, in bytes. */
  readonly sharedMemoryBytes: number;
  /** BF16 only; `k` when left out, as FP8 always is. */
  readonly majorA?: GemmMajor;
  readonly majorB?: GemmMajor;
  /** `dense` when left out. */
  readonly grouping?: GemmGrouping;
  /** FP8 only; `per_block` when left out. */
  readonly columnScaling?: GemmColumnScaling;
  /** Math warpgroups side by side; 1 when left out. */
  readonly warpgroupsN?: number;
  /** CTAs of a cluster that share a tile of D, each with a part of K; 1 when left out. Needs the guarded store. */
  readonly splitK?: number;
  /** CTAs that a multiprocessor has room for; 1 when left out. */
  readonly blocksPerSm?: number;
  /** Boxes of D that a math warpgroup has shared memory for; 2 when left out. */
  readonly storeBoxes?: number;
  /** Stages that one pass of the loop over K takes: a power of two; 1 when left out. */
  readonly kUnroll?: number;
  /** FP8: sums over a stage that a math warpgroup has in registers, 1 (when left out) or 2. */
  readonly partialSums?: number;
  /** FP8, grouping `k`, K not split: the groups have matrices of their own, and maps in global memory; false when left out. */
  readonly groupMaps?: boolean;
}

const warpgroupThreads = 128;
const warpThreads = 32;

/** Blocks that move registers between warpgroups have a whole one of producers; others have one warp. */
export function gemmBlockThreads({ mathWarpgroups, blocksPerSm = 1 }: GemmConfig): number {
  const reallocatesRegisters = blocksPerSm === 1 ? mathWarpgroups > 1 : mathWarpgroups === 1;
  return mathWarpgroups * warpgroupThreads + (reallocatesRegisters ? warpgroupThreads : warpThreads);
}

export function gemmClusterSize({ clusterM, clusterN, splitK = 1 }: GemmConfig): number {
  return clusterM * clusterN * splitK;
}

/** The enumeration of each field that has one, in C++. */
const enumerations: Readonly<Partial<Record<keyof GemmConfig, string>>> = {
  output: 'OutputType',
  store: 'StorePath',
  majorA: 'Major',
  majorB: 'Major',
  grouping: 'Grouping',
  columnScaling: 'ColumnScaling',
};

/** All fields, in the order of the CUDA struct. */
export const gemmConfigFields: readonly (keyof GemmConfig)[] = [
  'blockM',
  'blockN',
  'mathWarpgroups',
  'stages',
  'clusterM',
  'clusterN',
  'output',
  'store',
  'sharedMemoryBytes',
  'majorA',
  'majorB',
  'grouping',
  'columnScaling',
  'warpgroupsN',
  'splitK',
  'blocksPerSm',
  'storeBoxes',
  'kUnroll',
  'partialSums',
  'groupMaps',
];

/** The configuration as a C++ expression. What is left out has the value that the CUDA struct gives it. */
export function gemmConfigLiteral(config: GemmConfig): string {
  const fields = gemmConfigFields
    .filter((field) => config[field] !== undefined)
    .map((field) => {
      const value = config[field]!;
      const enumeration = enumerations[field];
      return [field, enumeration === undefined ? value : `${enumeration}::${value}`] as const;
    });
  return `GemmConfig${configLiteral(Object.fromEntries(fields))}`;
}

/** `128x160-w2-c1x1-s5-bfloat16`: short, and different for different configurations. */
export function gemmConfigName(config: GemmConfig): string {
  const { blockM, blockN, mathWarpgroups, clusterM, clusterN, stages, output, store } = config;
  const { majorA = 'k', majorB = 'k', grouping = 'dense', columnScaling = 'per_block' } = config;
  const {
    warpgroupsN = 1,
    splitK = 1,
    blocksPerSm = 1,
    storeBoxes = 2,
    kUnroll = 1,
    partialSums = 1,
    groupMaps = false,
  } = config;
  const suffixes = [
    warpgroupsN === 1 ? '' : `-n${warpgroupsN}`,
    splitK === 1 ? '' : `-k${splitK}`,
    blocksPerSm === 1 ? '' : `-b${blocksPerSm}`,
    storeBoxes === 2 ? '' : `-o${storeBoxes}`,
    kUnroll === 1 ? '' : `-u${kUnroll}`,
    partialSums === 1 ? '' : `-p${partialSums}`,
    store === 'guarded' ? '-guarded' : '',
    majorA === 'k' && majorB === 'k' ? '' : `-${majorA}-${majorB}`,
    columnScaling === 'per_block' ? '' : '-1d1d',
    grouping === 'dense' ? '' : `-${grouping === 'k' ? 'kgrouped' : grouping}`,
    groupMaps ? '-maps' : '',
  ].join('');
  return `${blockM}x${blockN}-w${mathWarpgroups}-c${clusterM}x${clusterN}-s${stages}-${output}${suffixes}`;
}
