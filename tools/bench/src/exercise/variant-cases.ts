import { type GemmConfig, type GemmOutput, type GemmStore, gemmConfigName, stageKBytes } from '@dg/kernels';
import { alignUp } from '@dg/runtime';
import { type SeededRandom, seededRandom } from '@dg/testing';
import {
  gemmCandidates,
  isPlain,
  outputsOf,
  reachableVariants,
} from '../../../../packages/api/src/config/gemm-candidates.js';
import type { GemmKernelKind, GemmVariant } from '../../../../packages/api/src/config/gemm-kernel-kind.js';
import {
  contiguousNumbers,
  denseNumbers,
  type GemmNumbers,
  kGroupedNumbers,
  maskedNumbers,
} from '../../../../packages/api/test/search/gemm-numbers.js';
import { completeCase, drawInputPitch } from '../../../../packages/api/test/support/gemm-case.js';
import { groupLayout } from '../../../../packages/api/test/support/group-layout.js';
import { completeMGrouped } from '../../../../packages/api/test/support/m-grouped-case.js';

/** One small product by one kernel. */
export interface VariantCase {
  readonly name: string;
  readonly kind: GemmKernelKind;
  /** What computes it; what the library chooses when left out. */
  readonly config?: GemmConfig;
  readonly operandType: 'float8_e4m3fn' | 'bfloat16';
  drawNumbers(): GemmNumbers;
}

interface CaseOfVariant {
  readonly variant: GemmVariant;
  readonly output: GemmOutput;
  readonly store: GemmStore;
  readonly config: GemmConfig | undefined;
  /** Counts the cases: forms that make no other kernel take turns. */
  readonly index: number;
}

const seed = 2026;
/** Past the last whole tile. */
const tailRows = 6;
/** Of the last group. The one before it is empty. */
const fewRows = 33;
/** Past the last whole stage of the pipeline. */
const tailDepth = 16;
/** What the library's own choice is given: a tile and a little more. */
const smallTile = { blockM: 64, blockN: 64, clusterM: 1, clusterN: 1, stages: 1 };
/** Past the last whole tile; TMA stores whole 16 bytes only. */
const tailColumns = { tma: 8, guarded: 9 } as const;
const guardBytes = 256;
/** Keeps rows and groups of either output type at multiples of 16 bytes. */
const gapColumns = 8;

/**
 * Every kernel that an entry point needs beside the plain dense ones, which have cases of their own: those of grouped
 * products, MN-major operands, scales of each row of B. Of the plain ones, every output type and way out.
 */
export function variantCases(): VariantCase[] {
  const variants = (['fp8-1d2d', 'fp8-1d1d', 'bf16'] as const).flatMap((kind) => reachableVariants(kind));
  return variants
    .flatMap((variant) =>
      outputsOf(variant).flatMap((output) =>
        (['tma', 'guarded'] as const).flatMap((store) =>
          configsOf(variant, output, store).map((config) => ({ variant, output, store, config })),
        ),
      ),
    )
    .map((fields, index) => caseOf({ ...fields, index }));
}

function configsOf(
  variant: GemmVariant,
  output: GemmOutput,
  store: GemmStore,
): readonly (GemmConfig | undefined)[] {
  return isPlain(variant) ? [undefined] : gemmCandidates(variant, output, store);
}

function caseOf(given: CaseOfVariant): VariantCase {
  const { kind, grouping, majorA, majorB, groupMaps = false } = given.variant;
  const majors = kind === 'bf16' ? ` ${majorA}-${majorB}` : '';
  const { config } = given;
  const form = `${kind} ${grouping}${majors}${groupMaps ? ' blocks' : ''} ${given.output} ${given.store}`;
  return {
    kind,
    name: config === undefined ? form : `${form} ${gemmConfigName(config)}`,
    ...(config === undefined ? {} : { config }),
    operandType: kind === 'bf16' ? 'bfloat16' : 'float8_e4m3fn',
    drawNumbers: () => numbersOf(seededRandom(seed).fork(given.index), given),
  };
}

function numbersOf(random: SeededRandom, given: CaseOfVariant): GemmNumbers {
  const { kind, grouping } = given.variant;
  const { blockM, blockN, clusterM, clusterN, stages } = given.config ?? smallTile;
  // In a cluster of two, the last tile of one CTA lies outside D.
  const rows = blockM * clusterM + tailRows;
  const rowsOfGroups = [rows, 0, fewRows];
  const n = blockN * clusterN + tailColumns[given.store];
  // Past the whole pipeline, so that every stage is filled again.
  const stageDepth = kind === 'bf16' ? stageKBytes / 2 : stageKBytes;
  const k = (stages + 1) * stageDepth + tailDepth;
  const common = {
    operandType: kind === 'bf16' ? 'bfloat16' : 'float8_e4m3fn',
    n,
    data: 'integers',
    ...majorsOf(given),
    scaleRowsB: kind === 'fp8-1d1d' ? 1 : 128,
  } as const;
  const pitchD = given.store === 'tma' ? n + gapColumns : n;
  const layoutD = { pitchD, guardBytes, groupGap: 0 };
  switch (grouping) {
    case 'dense':
      return denseCase(random, given, { ...common, m: rows, k });
    case 'contiguous': {
      const layout = given.index % 2 === 0 ? 'rows' : 'psum';
      // No tile is of two groups.
      const mkAlignment = Math.max(128, blockM);
      const placed = groupLayout(rowsOfGroups, { layout, mkAlignment });
      const shape = { groups: rowsOfGroups.length, m: placed.m, k, outputType: given.output, layoutD };
      const gemm = completeMGrouped(random, {
        ...common,
        ...shape,
        form: 'contiguous',
        options: { layout, mkAlignment },
      });
      return contiguousNumbers(random, gemm, placed);
    }
    case 'masked': {
      const shape = { groups: rowsOfGroups.length, m: rows, k, outputType: given.output, layoutD };
      const gemm = completeMGrouped(random, { ...common, ...shape, form: 'masked' });
      return maskedNumbers(random, gemm, rowsOfGroups);
    }
    case 'k': {
      // The one with the least comes last, whatever its number is.
      const depths = [256, 0, alignUp(k, 128)];
      const sumK = depths.reduce((sum, depth) => sum + depth);
      const accumulation = given.index % 2 === 0 ? 'in place' : 'none';
      // A matrix in another major is transposed.
      const storage = given.variant.groupMaps ? 'blocks' : 'matrix';
      const shape = { groups: depths.length, m: rows, sumK, storage, accumulation, layoutD } as const;
      return kGroupedNumbers(random, { ...common, ...shape }, depths);
    }
  }
}

/** FP8 kernels take K-major operands only: half of the cases give another one, which is transposed first. */
function majorsOf({ variant, index }: CaseOfVariant): Pick<GemmVariant, 'majorA' | 'majorB'> {
  const { kind, majorA, majorB } = variant;
  if (kind === 'bf16') return { majorA, majorB };
  return { majorA: index % 2 === 0 ? 'k' : 'mn', majorB: index % 4 < 2 ? 'k' : 'mn' };
}

function denseCase(
  random: SeededRandom,
  { output, store, index }: CaseOfVariant,
  common: {
    readonly operandType: 'float8_e4m3fn' | 'bfloat16';
    readonly m: number;
    readonly n: number;
    readonly k: number;
    readonly majorA: 'k' | 'mn';
    readonly majorB: 'k' | 'mn';
    readonly scaleRowsB: 1 | 128;
  },
): GemmNumbers {
  const { operandType, m, n, k, majorA, majorB, scaleRowsB } = common;
  const gemm = completeCase(random, {
    operandType,
    m,
    n,
    k,
    pitchA: drawInputPitch(random, operandType, majorA === 'k' ? k : m),
    pitchB: drawInputPitch(random, operandType, majorB === 'k' ? k : n),
    pitchD: store === 'tma' ? n + gapColumns : n,
    guardBytes,
    outputType: output,
    accumulation: index % 3 === 0 ? 'in place' : 'none',
    data: 'integers',
    variant: { entry: 'nt', majorA, majorB, scaleRowsB, recipeGiven: true },
  });
  return denseNumbers(random, gemm);
}
