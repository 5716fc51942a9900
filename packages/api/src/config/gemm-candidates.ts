import {
  fittingStages,
  type GemmConfig,
  type GemmOutput,
  type GemmStore,
  sharedMemoryBytes,
  storeBoxCounts,
} from '@dg/kernels';
import { columnScalingOf, type GemmKernelKind, type GemmVariant } from './gemm-kernel-kind.js';
import { sharedMemoryOfBlock } from './multiprocessor-memory.js';
import { denseShapes, guardedShapes, otherShapes, type TileShape } from './tile-shapes.js';

const maxStages = 8;
/** Loads that cover their own latency in most tiles. */
const usualStages = 4;

/** Dense, of K-major operands, and with scales of B per block: these have the most configurations. */
export function isPlain({ kind, grouping, majorA, majorB }: GemmVariant): boolean {
  return kind !== 'fp8-1d1d' && grouping === 'dense' && majorA === 'k' && majorB === 'k';
}

function tileShapesOf(variant: GemmVariant, output: GemmOutput, store: GemmStore): readonly TileShape[] {
  return shapesStoring(variant, store).filter(
    ({ onlyGrouping = variant.grouping, onlyOutput = output }) =>
      onlyGrouping === variant.grouping && onlyOutput === output,
  );
}

function shapesStoring(variant: GemmVariant, store: GemmStore): readonly TileShape[] {
  const { kind } = variant;
  if (kind === 'fp8-1d1d' || !isPlain(variant)) {
    if (store === 'guarded') return guardedShapes;
    return otherShapes[kind];
  }
  // Tiles that CTAs share are never stored by TMA, whatever D would allow.
  return denseShapes[kind].filter(({ splitK = 1, guarded = false }) =>
    store === 'tma' ? splitK === 1 : splitK > 1 || guarded,
  );
}

/**
 * Every configuration that can be chosen where D is of one type and may be stored by TMA (`tma`), or may not
 * (`guarded`).
 */
export function gemmCandidates(
  variant: GemmVariant,
  output: GemmOutput,
  store: GemmStore,
): readonly GemmConfig[] {
  const own = configsOf(variant, output, store);
  return store === 'guarded' ? own : [...own, ...configsOf(variant, output, 'guarded').filter(isSplit)];
}

/** Those that store in one way. */
function configsOf(variant: GemmVariant, output: GemmOutput, store: GemmStore): readonly GemmConfig[] {
  return tileShapesOf(variant, output, store).map((shape) => completeConfig(shape, variant, output, store));
}

function isSplit({ splitK = 1 }: GemmConfig): boolean {
  return splitK > 1;
}

function completeConfig(
  { guarded, onlyGrouping, onlyOutput, enoughStages = usualStages, ...tile }: TileShape,
  variant: GemmVariant,
  output: GemmOutput,
  store: GemmStore,
): GemmConfig {
  const hasRowScales = variant.kind !== 'bf16';
  const { blocksPerSm = 1 } = tile;
  const room = sharedMemoryOfBlock(blocksPerSm);
  const fixed = { clusterM: 1, clusterN: 1, ...tile, output, store, ...variantFields(variant) };
  const withBoxes = (storeBoxes: number) => (store === 'tma' ? { ...fixed, storeBoxes } : fixed);
  const stagesWith = (storeBoxes: number) =>
    fittingStages(withBoxes(storeBoxes), hasRowScales, room, maxStages);
  // A fragment is stored in one go where that leaves the pipeline deep enough, and the next one beside it.
  const boxes =
    storeBoxCounts(fixed, hasRowScales).find(
      (count) => stagesWith(count) >= Math.min(enoughStages, stagesWith(1)),
    ) ?? 1;
  const shape = withBoxes(boxes);
  const stages = stagesWith(boxes);
  return { ...shape, stages, sharedMemoryBytes: sharedMemoryBytes(shape, stages, hasRowScales) };
}

/** Left out where they have the first of their values: the plainest kernels have the shortest sources. */
function variantFields({ kind, grouping, majorA, majorB, groupMaps = false }: GemmVariant) {
  return {
    ...(groupMaps ? { groupMaps } : {}),
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
    if (kind !== 'bf16') {
      const variant = { kind, grouping, majorA: 'k', majorB: 'k' } as const;
      return grouping === 'k' ? [variant, { ...variant, groupMaps: true }] : [variant];
    }
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
    outputsOf(variant).flatMap((output) => stores.flatMap((store) => configsOf(variant, output, store))),
  );
}

/** What D can be: weight gradients are float32. */
export function outputsOf({ grouping }: GemmVariant): readonly GemmOutput[] {
  return grouping === 'k' ? ['float32'] : ['bfloat16', 'float32'];
}
