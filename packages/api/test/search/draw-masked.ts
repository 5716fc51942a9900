import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { EntryPointName } from '../support/entry-points.js';
import { completeMGrouped } from '../support/m-grouped-case.js';
import type { OperandType } from '../support/number-formats.js';
import { drawGroupedCommon } from './draw-grouped.js';
import { drawOptions } from './draw-options.js';
import { drawGroupCount, drawLimits, drawSize, orZero } from './draw-size.js';
import type { DrawnGemm } from './drawn-gemm.js';
import { maskedNumbers } from './gemm-numbers.js';

/** Of A and D, in all groups. */
const largestGroupedRows = { small: 300, full: 6000 } as const;

export function drawMasked(
  random: SeededRandom,
  sizes: CaseSizes,
  entry: EntryPointName,
  operandType: OperandType,
): DrawnGemm {
  const limits = drawLimits(random, sizes);
  const groups = drawGroupCount(random, limits);
  const largestM = Math.max(1, Math.min(limits.m, Math.floor(largestGroupedRows[sizes] / groups)));
  const m = orZero(random, drawSize(random, 'm', largestM));
  // Contents outside of 0 to M are no error: they are brought into it.
  const strange = [-1, -(2 ** 31), m + 1, 2 ** 31 - 1];
  const masks = Array.from({ length: groups }, () =>
    random.pick([
      0,
      m,
      random.integer(0, m),
      random.integer(0, m),
      random.chance(0.2) ? random.pick(strange) : 1,
    ]),
  );
  const allRows = m * groups;
  const gemm = completeMGrouped(random, {
    ...drawGroupedCommon(random, sizes, operandType, limits, groups, allRows, allRows),
    form: 'masked',
    groups,
    m,
    // A hint, right or wrong.
    expectedM: random.pick([m, 0, 1, random.integer(0, 2 * m), 100_000]),
  });
  return {
    entry,
    operandType,
    call: drawOptions(random, sizes),
    m,
    n: gemm.n,
    k: gemm.k,
    groups,
    description: `${JSON.stringify(gemm)}, masks ${JSON.stringify(masks)}`,
    drawNumbers: (numbersRandom) => maskedNumbers(numbersRandom, gemm, masks),
  };
}
