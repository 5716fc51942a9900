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
  /** Rows of D that a CTA computes at a time: 64 or 128 for each math warpgroup. */
  readonly blockM: number;
  /** Columns of D that a CTA computes at a time: a multiple of 16. */
  readonly blockN: number;
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
}

const warpgroupThreads = 128;

export function gemmBlockThreads(config: GemmConfig): number {
  return (config.mathWarpgroups + 1) * warpgroupThreads;
}

export function gemmClusterSize(config: GemmConfig): number {
  return config.clusterM * config.clusterN;
}

/** The configuration as a C++ expression. What is left out has the first of its values. */
export function gemmConfigLiteral(config: GemmConfig): string {
  const { output, store, majorA, majorB, grouping, columnScaling } = config;
  const fields = {
    ...config,
    output: `OutputType::${output}`,
    store: `StorePath::${store}`,
    ...(majorA === undefined ? {} : { majorA: `Major::${majorA}` }),
    ...(majorB === undefined ? {} : { majorB: `Major::${majorB}` }),
    ...(grouping === undefined ? {} : { grouping: `Grouping::${grouping}` }),
    ...(columnScaling === undefined ? {} : { columnScaling: `ColumnScaling::${columnScaling}` }),
  };
  return `GemmConfig${configLiteral(fields)}`;
}

/** `128x160-w2-c1x1-s5-bfloat16`: short, and different for different configurations. */
export function gemmConfigName(config: GemmConfig): string {
  const { blockM, blockN, mathWarpgroups, clusterM, clusterN, stages, output, store } = config;
  const { majorA = 'k', majorB = 'k', grouping = 'dense', columnScaling = 'per_block' } = config;
  const suffixes = [
    store === 'tma' ? '' : `-${store}`,
    majorA === 'k' && majorB === 'k' ? '' : `-${majorA}-${majorB}`,
    columnScaling === 'per_block' ? '' : '-1d1d',
    grouping === 'dense' ? '' : `-${grouping === 'k' ? 'kgrouped' : grouping}`,
  ].join('');
  return `${blockM}x${blockN}-w${mathWarpgroups}-c${clusterM}x${clusterN}-s${stages}-${output}${suffixes}`;
}
