import {
  fittingStages,
  type GemmConfig,
  type GemmOutput,
  type GemmStore,
  sharedMemoryBytes,
} from '@dg/kernels';
import { columnScalingOf, type GemmKernelKind, type GemmVariant } from './gemm-kernel-kind.js';

/** Shared memory of a block on SM90 (HOPPER.md), which every candidate fits. */
const sharedMemoryLimitBytes = 227 * 1024;
const maxStages = 8;

interface TileShape {
  readonly blockM: number;
  readonly mathWarpgroups: number;
  readonly blockN: readonly number[];
  /** [clusterM, clusterN]: at most one operand is shared. */
  readonly clusters: readonly (readonly [number, number])[];
}

const alone = [1, 1] as const;
const sharedB = [2, 1] as const;
const sharedA = [1, 2] as const;

/** Tiles whose kernels ptxas compiles without spilling and without serialising WGMMA (see the compile gate). */
const tileShapes: Readonly<Record<'fp8-1d2d' | 'bf16', readonly TileShape[]>> = {
  // FP8 keeps a partial sum beside the accumulator: N = 192 is the widest that fits in registers, 128 with three
  // math warpgroups.
  'fp8-1d2d': [
    { blockM: 64, mathWarpgroups: 1, blockN: [16, 32, 64, 128], clusters: [alone] },
    { blockM: 128, mathWarpgroups: 2, blockN: [64, 96, 128, 160], clusters: [alone] },
    { blockM: 128, mathWarpgroups: 2, blockN: [192], clusters: [alone, sharedB, sharedA] },
    { blockM: 192, mathWarpgroups: 3, blockN: [96], clusters: [alone] },
    { blockM: 192, mathWarpgroups: 3, blockN: [128], clusters: [alone, sharedB, sharedA] },
  ],
  bf16: [
    { blockM: 64, mathWarpgroups: 1, blockN: [16, 32, 64, 128], clusters: [alone] },
    { blockM: 128, mathWarpgroups: 2, blockN: [64, 96, 128, 160, 192], clusters: [alone] },
    { blockM: 128, mathWarpgroups: 2, blockN: [256], clusters: [alone, sharedB, sharedA] },
    { blockM: 256, mathWarpgroups: 2, blockN: [128], clusters: [alone, sharedB, sharedA] },
  ],
};

/** Grouped products, MN-major operands and scales per column: few tiles, so that a server compiles few kernels. */
const fewTileShapes: readonly TileShape[] = [
  { blockM: 64, mathWarpgroups: 1, blockN: [128], clusters: [alone] },
  { blockM: 128, mathWarpgroups: 2, blockN: [128], clusters: [alone] },
];

function tileShapesOf({ kind, grouping, majorA, majorB }: GemmVariant): readonly TileShape[] {
  const isPlain = grouping === 'dense' && majorA === 'k' && majorB === 'k';
  return isPlain && kind !== 'fp8-1d1d' ? tileShapes[kind] : fewTileShapes;
}

/** Every configuration of a kernel that can be chosen for one output type and store path. */
export function gemmCandidates(
  variant: GemmVariant,
  output: GemmOutput,
  store: GemmStore,
): readonly GemmConfig[] {
  const hasRowScales = variant.kind !== 'bf16';
  const fields = variantFields(variant);
  return tileShapesOf(variant).flatMap(({ blockM, mathWarpgroups, blockN: widths, clusters }) =>
    widths.flatMap((blockN) =>
      clusters.map(([clusterM, clusterN]) => {
        const shape = { blockM, blockN, mathWarpgroups, clusterM, clusterN, output, store, ...fields };
        const stages = fittingStages(shape, hasRowScales, sharedMemoryLimitBytes, maxStages);
        // Field by field, in the order of the CUDA struct.
        return {
          blockM,
          blockN,
          mathWarpgroups,
          stages,
          clusterM,
          clusterN,
          output,
          store,
          sharedMemoryBytes: sharedMemoryBytes(shape, stages, hasRowScales),
          ...fields,
        };
      }),
    ),
  );
}

/** Left out where they have the first of their values: the plainest kernels have the shortest sources. */
function variantFields({ kind, grouping, majorA, majorB }: GemmVariant) {
  return {
    ...(majorA === 'k' ? {} : { majorA }),
    ...(majorB === 'k' ? {} : { majorB }),
    ...(grouping === 'dense' ? {} : { grouping }),
    ...(columnScalingOf[kind] === 'per_block' ? {} : { columnScaling: columnScalingOf[kind] }),
  };
}

const majors = ['k', 'mn'] as const;
const groupings = ['dense', 'contiguous', 'masked', 'k'] as const;

/** Every variant of a kernel that some entry point needs. */
export function reachableVariants(kind: GemmKernelKind): readonly GemmVariant[] {
  return groupings.flatMap((grouping): readonly GemmVariant[] => {
    // Weight gradients have scales for each row.
    if (grouping === 'k' && kind === 'fp8-1d2d') return [];
    if (kind !== 'bf16') return [{ kind, grouping, majorA: 'k', majorB: 'k' }];
    return majors.flatMap((majorA) => majors.map((majorB) => ({ kind, grouping, majorA, majorB })));
  });
}

/** Those of dense products with K-major operands, and scales of B per block. */
export function denseGemmConfigs(kind: 'fp8-1d2d' | 'bf16'): readonly GemmConfig[] {
  return reachableGemmConfigs(kind, [{ kind, grouping: 'dense', majorA: 'k', majorB: 'k' }]);
}

/** Every configuration that a GEMM can choose: what the compile gate compiles. */
export function reachableGemmConfigs(
  kind: GemmKernelKind,
  variants: readonly GemmVariant[] = reachableVariants(kind),
): readonly GemmConfig[] {
  const stores: readonly GemmStore[] = ['tma', 'guarded'];
  return variants.flatMap((variant) =>
    outputsOf(variant).flatMap((output) => stores.flatMap((store) => gemmCandidates(variant, output, store))),
  );
}

function outputsOf({ grouping }: GemmVariant): readonly GemmOutput[] {
  return grouping === 'k' ? ['float32'] : ['bfloat16', 'float32'];
}
