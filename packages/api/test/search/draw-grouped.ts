import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { DataKind } from '../support/gemm-case.js';
import type { OperandType } from '../support/number-formats.js';
import { drawDataKind } from './draw-data-kind.js';
import { type DrawnMajors, drawMajors } from './draw-majors.js';
import { type CaseLimits, drawSize, orZero } from './draw-size.js';

export interface GroupedCommon extends DrawnMajors {
  readonly operandType: OperandType;
  readonly n: number;
  readonly k: number;
  readonly scaleRowsB: 1 | 128;
  readonly recipeGiven: boolean;
  readonly data: DataKind;
}

/** What M-grouped GEMMs of both forms have, within the limits for so many groups, rows of D, and rows that are computed. */
export function drawGroupedCommon(
  random: SeededRandom,
  sizes: CaseSizes,
  operandType: OperandType,
  limits: CaseLimits,
  groups: number,
  allRows: number,
  usedRows: number,
): GroupedCommon {
  const fits = (n: number, k: number) =>
    n * k * groups <= limits.elements &&
    Math.max(n, k) * allRows <= limits.elements &&
    n * k * usedRows <= limits.products;
  const [n, k] = drawMatrix(random, limits, fits);
  return {
    operandType,
    n,
    k,
    ...drawMajors(random, sizes, operandType),
    scaleRowsB: operandType === 'bfloat16' ? 128 : random.pick([128, 1] as const),
    recipeGiven: random.chance(0.5),
    data: drawDataKind(random, operandType),
  };
}

function drawMatrix(
  random: SeededRandom,
  limits: CaseLimits,
  fits: (n: number, k: number) => boolean,
): [n: number, k: number] {
  for (;;) {
    const n = orZero(random, drawSize(random, 'n', limits.n));
    const k = orZero(random, drawSize(random, 'k', limits.k));
    if (fits(n, k)) return [n, k];
  }
}
