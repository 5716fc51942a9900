import type { GemmConfig } from '@dg/kernels';
import { denseGemmConfigs } from '../../../../packages/api/src/config/gemm-candidates.js';
import type { DenseShape } from '../gemms/dense-shapes.js';

export type ExercisedOperation = 'fp8_nt_1d2d' | 'bf16_nt';

/** One small product by one configuration. */
export interface ExerciseCase {
  readonly operation: ExercisedOperation;
  readonly config: GemmConfig;
  readonly shape: DenseShape;
  /** D is also C. */
  readonly accumulate: boolean;
}

/** Past the last whole tile in M and in N; an odd N cannot be stored by TMA. */
const tailRows = 37;
const tailColumns = { tma: 24, guarded: 25 };
/** Less than any tile: A comes in boxes that do not fill it. */
const fewRows = 5;
/** Nine stages of the pipeline, the last one partly empty: more than the deepest pipeline holds. */
const depths: Readonly<Record<ExercisedOperation, number>> = { fp8_nt_1d2d: 1040, bf16_nt: 528 };

const reachable = {
  fp8_nt_1d2d: denseGemmConfigs('fp8-1d2d'),
  bf16_nt: denseGemmConfigs('bf16'),
};

/**
 * Every kernel that a dense product with K-major operands and scales of B per block can choose, each on a shape of a few
 * clusters' tiles and tails in M, N and K; without and with C, and with few rows, the widest of every kind (rows of the tile,
 * warpgroups, blocks of an SM, cluster, split of K, output type, store), without or with C the others.
 */
export function exerciseCases(): ExerciseCase[] {
  return (['fp8_nt_1d2d', 'bf16_nt'] as const).flatMap((operation) => {
    const widest = widestOfEachKind(reachable[operation]);
    return reachable[operation].flatMap((config, index) => {
      const [m, n, k] = shapeFor(operation, config);
      const whole = { operation, config, shape: [m, n, k] } as const;
      if (!widest.has(config)) return [{ ...whole, accumulate: index % 2 === 0 }];
      const low = { ...whole, shape: [fewRows, n, k], accumulate: false } as const;
      return [{ ...whole, accumulate: false }, { ...whole, accumulate: true }, low];
    });
  });
}

function widestOfEachKind(configs: readonly GemmConfig[]): ReadonlySet<GemmConfig> {
  const widest = new Map<string, GemmConfig>();
  for (const config of configs) {
    const { blockM, mathWarpgroups, warpgroupsN, blocksPerSm, clusterM, clusterN, splitK } = config;
    const { output, store } = config;
    const cut = [blockM, mathWarpgroups, warpgroupsN, blocksPerSm, clusterM, clusterN, splitK];
    const kind = [...cut, output, store].join(' ');
    if (config.blockN > (widest.get(kind)?.blockN ?? 0)) widest.set(kind, config);
  }
  return new Set(widest.values());
}

function shapeFor(operation: ExercisedOperation, config: GemmConfig): DenseShape {
  return [
    2 * config.blockM * config.clusterM + tailRows,
    2 * config.blockN * config.clusterN + tailColumns[config.store],
    depths[operation],
  ];
}
