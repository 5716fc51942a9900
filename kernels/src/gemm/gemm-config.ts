import { configLiteral } from '../config-literal.js';

export type GemmOutput = 'bfloat16' | 'float32';

/**
 * `tma` needs rows of D that start at multiples of 16 bytes and are a multiple of 16 bytes long (a store is clipped to
 * whole 16-byte units only); `guarded` stores any D, element by element.
 */
export type GemmStore = 'tma' | 'guarded';

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
}

const warpgroupThreads = 128;

export function gemmBlockThreads(config: GemmConfig): number {
  return (config.mathWarpgroups + 1) * warpgroupThreads;
}

export function gemmClusterSize(config: GemmConfig): number {
  return config.clusterM * config.clusterN;
}

/** The configuration as a C++ expression. */
export function gemmConfigLiteral(config: GemmConfig): string {
  const fields = { ...config, output: `OutputType::${config.output}`, store: `StorePath::${config.store}` };
  return `GemmConfig${configLiteral(fields)}`;
}

/** `128x160-w2-c1x1-s5-bfloat16`: short, and different for different configurations. */
export function gemmConfigName(config: GemmConfig): string {
  const { blockM, blockN, mathWarpgroups, clusterM, clusterN, stages, output, store } = config;
  const suffix = store === 'tma' ? '' : `-${store}`;
  return `${blockM}x${blockN}-w${mathWarpgroups}-c${clusterM}x${clusterN}-s${stages}-${output}${suffix}`;
}
