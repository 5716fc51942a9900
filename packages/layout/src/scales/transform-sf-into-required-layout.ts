import {
  ceilDiv,
  describeValue,
  reject,
  requireOptions,
  requireStream,
  type Stream,
  type Tensor,
} from '@dg/runtime';
import { requireChoice } from '../validation/require-choice.js';
import { requireShape } from '../validation/require-layout.js';
import type { ScaleType } from './new-mn-major-tensor.js';
import { codesPerWord } from './pack-problem.js';
import { packScales } from './pack-scales.js';
import { requireScales } from './require-scales.js';
import { requireScaleArchitecture } from './scale-architecture.js';
import { requireScaleRecipe, type ScaleRecipe } from './scale-recipe.js';
import { toMnMajorTmaAligned } from './to-mn-major-tma-aligned.js';
import { unpackScales } from './unpack-scales.js';

export interface TransformSfOptions {
  /** Rows of the operand: M for A, N for B. */
  readonly mn: number;
  readonly k: number;
  /** True for scales of A, false for those of B. */
  readonly isSfa: boolean;
  /**
   * Rows of A, rows of B and elements of K that share a scale. When left out, [1, 1, 128] for scales of B that have all
   * of its rows, else [1, 128, 128].
   */
  readonly recipe?: ScaleRecipe;
  /** Matrices of a grouped operand; the scales are one matrix when left out. */
  readonly groups?: number;
  /** `sm_90a` or `sm_100a`; that of the device when left out, which for `cpu` is `sm_90a`. */
  readonly architecture?: string;
  /** For SM100, float32 scales that are no powers of two are rounded up. False when left out. */
  readonly round?: boolean;
  /** The device's default stream when left out. */
  readonly stream?: Stream;
}

const operation = 'transformSfIntoRequiredLayout';
const noOptions: Partial<TransformSfOptions> = {};
const sourceTypes = ['float32', 'int32'] as const;

/**
 * Scale factors as the GEMMs of an architecture take them, from float32 of any strides or from packed ue8m0.
 *
 * - SM90: float32. One scale per row: MN-major and TMA-aligned. One per 128 rows of B: as it is in either major.
 * - SM100: packed ue8m0, MN-major and TMA-aligned, scales of 128 rows repeated for each row. float32 values without a
 *   code become NaN, or are rounded up, as in `getMnMajorTmaAlignedPackedUe8m0Tensor`; `checkPowersOfTwo` reports them.
 *
 * Scales of K-grouped operands are one matrix over all of K on SM90 (pass the transpose of their [sfK, mn], and all of K
 * as `k`); for SM100 there is `getKGroupedMnMajorTmaAlignedPackedUe8m0Tensor`.
 *
 * @param sf float32 [(G,) ceilDiv(mn, rows per scale), ceilDiv(k, 128)], or int32 [(G,) mn, ceilDiv(k, 512)].
 * @returns `sf` itself when nothing is needed, else a new tensor; the work is enqueued.
 * @throws DgValidationError for a wrong dtype, shape or option, a destroyed tensor, and packed scales where SM90 takes
 * one per 128 rows; DgOutOfMemoryError; DgCompileError on a first call.
 */
export function transformSfIntoRequiredLayout(sf: Tensor, options: TransformSfOptions): Tensor<ScaleType> {
  const scales = requireScales(operation, sf, sourceTypes);
  const given = requireOptions(operation, options, noOptions);
  const isSfa = requireIsSfa(given.isSfa);
  const mn = requireSize('mn', given.mn);
  const recipe = requireScaleRecipe(operation, given.recipe, usualRecipe(scales, mn));
  const rowsPerScale = isSfa ? recipe[0] : recipe[1];
  const architecture = requireScaleArchitecture(operation, given.architecture, scales.device);
  const round = requireChoice(operation, 'round', given.round, [true, false], false);
  const stream = requireStream(operation, given.stream, scales.device, 'sf');
  const sfK = ceilDiv(requireSize('k', given.k), recipe[2]);
  const batch = given.groups === undefined ? [] : [requireSize('groups', given.groups)];

  if (scales.dtype === 'int32') {
    requireShape(operation, 'sf', scales, [...batch, mn, ceilDiv(sfK, codesPerWord)]);
    if (architecture === 'sm100') return toMnMajorTmaAligned(scales, stream);
    if (rowsPerScale === 1) return unpackScales(scales, sfK, stream);
    reject(operation, `sf of dtype float32 for one scale per ${rowsPerScale} rows on SM90`, 'int32');
  }
  requireShape(operation, 'sf', scales, [...batch, ceilDiv(mn, rowsPerScale), sfK]);
  if (architecture === 'sm100') return packScales(scales, mn, rowsPerScale, round, stream);
  if (rowsPerScale !== 1 && hasUnitStride(scales)) return scales;
  return toMnMajorTmaAligned(scales, stream);
}

/** A single row of B is a block of its own. */
function usualRecipe({ shape }: Tensor, mn: number): ScaleRecipe {
  return mn > 1 && shape.at(-2) === mn ? [1, 1, 128] : [1, 128, 128];
}

/** True in either major. A dimension of one entry may have any stride. */
function hasUnitStride({ shape, strides }: Tensor): boolean {
  return [-2, -1].some((dim) => strides.at(dim) === 1 || shape.at(dim)! <= 1);
}

function requireIsSfa(value: unknown): boolean {
  if (typeof value !== 'boolean') reject(operation, 'true or false for isSfa', describeValue(value));
  return value;
}

function requireSize(option: string, value: unknown): number {
  if (!Number.isSafeInteger(value) || (value as number) < 0) {
    reject(operation, `an integer of at least 0 for ${option}`, describeValue(value));
  }
  return value as number;
}
