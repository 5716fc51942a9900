import {
  fittingStages,
  type GemmConfig,
  type GemmOutput,
  type GemmStore,
  sharedMemoryBytes,
} from '@dg/kernels';
import type { GemmKernelKind } from './gemm-kernel-kind.js';

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
const tileShapes: Readonly<Record<GemmKernelKind, readonly TileShape[]>> = {
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

/** Every configuration of a kernel that can be chosen for one output type and store path. */
export function gemmCandidates(
  kind: GemmKernelKind,
  output: GemmOutput,
  store: GemmStore,
): readonly GemmConfig[] {
  const hasRowScales = kind === 'fp8-1d2d';
  return tileShapes[kind].flatMap(({ blockM, mathWarpgroups, blockN: widths, clusters }) =>
    widths.flatMap((blockN) =>
      clusters.map(([clusterM, clusterN]) => {
        const shape = { blockM, blockN, mathWarpgroups, clusterM, clusterN, output, store };
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
        };
      }),
    ),
  );
}

/** Every configuration that any dense GEMM can choose: what the compile gate compiles. */
export function reachableGemmConfigs(kind: GemmKernelKind): readonly GemmConfig[] {
  const outputs: readonly GemmOutput[] = ['bfloat16', 'float32'];
  const stores: readonly GemmStore[] = ['tma', 'guarded'];
  return outputs.flatMap((output) => stores.flatMap((store) => gemmCandidates(kind, output, store)));
}
