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
/** Nine stages of the pipeline, the last one partly empty: more than the deepest pipeline holds. */
const depths: Readonly<Record<ExercisedOperation, number>> = { fp8_nt_1d2d: 1040, bf16_nt: 528 };

const reachable = {
  fp8_nt_1d2d: denseGemmConfigs('fp8-1d2d'),
  bf16_nt: denseGemmConfigs('bf16'),
};

/**
 * Of every kind of kernel that can be chosen (rows of the tile, warpgroups, cluster, split of K, output type, store) the
 * widest one, without and with C, each on a shape of a few clusters' tiles and tails in M, N and K.
 */
export function exerciseCases(): ExerciseCase[] {
  return (['fp8_nt_1d2d', 'bf16_nt'] as const).flatMap((operation) =>
    widestOfEachKind(reachable[operation]).flatMap((config) =>
      [false, true].map((accumulate) => ({
        operation,
        config,
        shape: shapeFor(operation, config),
        accumulate,
      })),
    ),
  );
}

function widestOfEachKind(configs: readonly GemmConfig[]): GemmConfig[] {
  const widest = new Map<string, GemmConfig>();
  for (const config of configs) {
    const { blockM, mathWarpgroups, warpgroupsN, clusterM, clusterN, splitK, output, store } = config;
    const kind = [blockM, mathWarpgroups, warpgroupsN, clusterM, clusterN, splitK, output, store].join(' ');
    if (config.blockN > (widest.get(kind)?.blockN ?? 0)) widest.set(kind, config);
  }
  return [...widest.values()];
}

function shapeFor(operation: ExercisedOperation, config: GemmConfig): DenseShape {
  return [
    2 * config.blockM * config.clusterM + tailRows,
    2 * config.blockN * config.clusterN + tailColumns[config.store],
    depths[operation],
  ];
}
