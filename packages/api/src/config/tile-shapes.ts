import type { GemmConfig } from '@dg/kernels';
import type { GemmKernelKind } from './gemm-kernel-kind.js';

type Required = 'blockM' | 'blockN' | 'mathWarpgroups';
type Optional =
  | 'warpgroupsN'
  | 'clusterM'
  | 'clusterN'
  | 'splitK'
  | 'blocksPerSm'
  | 'kUnroll'
  | 'partialSums';

/** What distinguishes the configurations of one variant: how the work is cut, and how the loop over K is written. */
export interface TileShape extends Pick<GemmConfig, Required>, Partial<Pick<GemmConfig, Optional>> {
  /** Also for a D that TMA cannot store. */
  readonly guarded?: true;
  /** The only grouping for which it is a candidate, and the only type of D. */
  readonly onlyGrouping?: GemmConfig['grouping'];
  readonly onlyOutput?: GemmConfig['output'];
  /** Stages beyond which shared memory is better spent on storing D in fewer rounds; 4 when left out. */
  readonly enoughStages?: number;
}

// Kernels that ptxas compiles without spilling and without serialising WGMMA (see the compile gate), and that were the
// fastest, or within a few percent of it, on some shape (docs/performance.md).

/** While a sum over a stage is promoted, the next is being made. */
const overlapped = { kUnroll: 4, partialSums: 2 } as const;

function split(shape: TileShape, ...parts: readonly number[]): readonly TileShape[] {
  return parts.map((splitK) => (splitK === 1 ? shape : { ...shape, splitK }));
}

export const denseShapes: Readonly<Record<Exclude<GemmKernelKind, 'fp8-1d1d'>, readonly TileShape[]>> = {
  'fp8-1d2d': [
    ...split({ blockM: 64, blockN: 32, mathWarpgroups: 1, blocksPerSm: 2, ...overlapped }, 2, 4),
    { blockM: 64, blockN: 64, mathWarpgroups: 1, blocksPerSm: 2, ...overlapped, guarded: true },
    { blockM: 64, blockN: 48, mathWarpgroups: 1, splitK: 2, ...overlapped },
    ...split({ blockM: 64, blockN: 64, mathWarpgroups: 1, ...overlapped }, 1, 2, 4, 8),
    { blockM: 64, blockN: 96, mathWarpgroups: 1, blocksPerSm: 2, ...overlapped, enoughStages: 5 },
    { blockM: 64, blockN: 80, mathWarpgroups: 1, splitK: 2, ...overlapped },
    ...split({ blockM: 64, blockN: 112, mathWarpgroups: 1, ...overlapped }, 1, 2),
    ...split({ blockM: 64, blockN: 128, mathWarpgroups: 1, ...overlapped }, 1, 4),
    { blockM: 64, blockN: 192, mathWarpgroups: 2, warpgroupsN: 2, ...overlapped },
    { blockM: 128, blockN: 64, mathWarpgroups: 2, blocksPerSm: 2, kUnroll: 2 },
    ...split({ blockM: 128, blockN: 64, mathWarpgroups: 2, ...overlapped }, 1, 2, 8),
    { blockM: 128, blockN: 80, mathWarpgroups: 2, splitK: 2, ...overlapped },
    ...split({ blockM: 128, blockN: 96, mathWarpgroups: 2, ...overlapped }, 1, 2, 4),
    { blockM: 128, blockN: 112, mathWarpgroups: 2, splitK: 2, ...overlapped },
    ...split({ blockM: 128, blockN: 128, mathWarpgroups: 2, ...overlapped, guarded: true }, 1, 2),
    { blockM: 128, blockN: 144, mathWarpgroups: 2, kUnroll: 4 },
    { blockM: 128, blockN: 192, mathWarpgroups: 2, kUnroll: 4, guarded: true },
    { blockM: 256, blockN: 128, mathWarpgroups: 2, kUnroll: 2, enoughStages: 3 },
    { blockM: 256, blockN: 128, mathWarpgroups: 2, kUnroll: 4, enoughStages: 3, clusterN: 2 },
  ],
  bf16: [
    ...split({ blockM: 64, blockN: 32, mathWarpgroups: 1, blocksPerSm: 2, kUnroll: 2 }, 1, 2),
    { blockM: 64, blockN: 64, mathWarpgroups: 1, blocksPerSm: 2, kUnroll: 2, guarded: true },
    { blockM: 64, blockN: 48, mathWarpgroups: 1, splitK: 2, kUnroll: 2 },
    ...split({ blockM: 64, blockN: 64, mathWarpgroups: 1, kUnroll: 2 }, 1, 2, 4, 8),
    { blockM: 64, blockN: 96, mathWarpgroups: 1, blocksPerSm: 2, kUnroll: 2, enoughStages: 5 },
    { blockM: 64, blockN: 80, mathWarpgroups: 1, splitK: 2, kUnroll: 2 },
    ...split({ blockM: 64, blockN: 112, mathWarpgroups: 1, kUnroll: 2 }, 1, 2),
    ...split({ blockM: 64, blockN: 128, mathWarpgroups: 1, kUnroll: 2 }, 1, 4),
    ...split({ blockM: 64, blockN: 192, mathWarpgroups: 2, warpgroupsN: 2, kUnroll: 2 }, 1, 2),
    ...split({ blockM: 128, blockN: 64, mathWarpgroups: 2, kUnroll: 2 }, 1, 2, 8),
    { blockM: 128, blockN: 80, mathWarpgroups: 2, splitK: 2, kUnroll: 2 },
    ...split({ blockM: 128, blockN: 96, mathWarpgroups: 2, kUnroll: 2 }, 1, 2, 4),
    ...split({ blockM: 128, blockN: 112, mathWarpgroups: 2, kUnroll: 2 }, 1, 2),
    ...split({ blockM: 128, blockN: 128, mathWarpgroups: 2, kUnroll: 2, guarded: true }, 1, 2),
    { blockM: 128, blockN: 144, mathWarpgroups: 2 },
    { blockM: 128, blockN: 144, mathWarpgroups: 2, splitK: 3, kUnroll: 2 },
    { blockM: 128, blockN: 176, mathWarpgroups: 2, kUnroll: 2 },
    { blockM: 128, blockN: 192, mathWarpgroups: 2 },
    { blockM: 128, blockN: 224, mathWarpgroups: 2 },
    { blockM: 128, blockN: 256, mathWarpgroups: 2, enoughStages: 3, guarded: true },
    { blockM: 256, blockN: 192, mathWarpgroups: 2, clusterN: 2, enoughStages: 3, onlyOutput: 'bfloat16' },
  ],
};

/** Grouped products, MN-major operands and scales per row of B: few, so that a server compiles few kernels. */
export const otherShapes: Readonly<Record<GemmKernelKind, readonly TileShape[]>> = {
  'fp8-1d2d': [
    { blockM: 64, blockN: 64, mathWarpgroups: 1, blocksPerSm: 2, ...overlapped },
    { blockM: 64, blockN: 96, mathWarpgroups: 1, ...overlapped },
    { blockM: 64, blockN: 112, mathWarpgroups: 1, ...overlapped },
    { blockM: 64, blockN: 128, mathWarpgroups: 1, ...overlapped },
    { blockM: 128, blockN: 128, mathWarpgroups: 2, ...overlapped },
    { blockM: 128, blockN: 192, mathWarpgroups: 2, kUnroll: 4 },
    { blockM: 192, blockN: 128, mathWarpgroups: 3, kUnroll: 2 },
    { blockM: 256, blockN: 128, mathWarpgroups: 2, kUnroll: 2, enoughStages: 3 },
  ],
  'fp8-1d1d': [
    { blockM: 64, blockN: 64, mathWarpgroups: 1, ...overlapped },
    { blockM: 64, blockN: 128, mathWarpgroups: 1, ...overlapped },
    { blockM: 128, blockN: 128, mathWarpgroups: 2, ...overlapped },
    { blockM: 128, blockN: 192, mathWarpgroups: 2, kUnroll: 4 },
  ],
  bf16: [
    { blockM: 64, blockN: 64, mathWarpgroups: 1, blocksPerSm: 2, kUnroll: 2 },
    { blockM: 64, blockN: 128, mathWarpgroups: 1, blocksPerSm: 2, kUnroll: 2 },
    { blockM: 128, blockN: 128, mathWarpgroups: 2, kUnroll: 2 },
    { blockM: 128, blockN: 256, mathWarpgroups: 2, enoughStages: 3 },
    { blockM: 128, blockN: 256, mathWarpgroups: 2, enoughStages: 3, clusterN: 2, onlyGrouping: 'contiguous' },
    { blockM: 256, blockN: 128, mathWarpgroups: 2, clusterN: 2, onlyGrouping: 'k' },
  ],
};

/** Those of them where TMA cannot store D. */
export const guardedShapes: readonly TileShape[] = [
  { blockM: 64, blockN: 128, mathWarpgroups: 1 },
  { blockM: 128, blockN: 128, mathWarpgroups: 2 },
];
