import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { EntryPointName } from '../support/entry-points.js';
import type { KGroupedCase } from '../support/k-grouped-data.js';
import type { OperandType } from '../support/number-formats.js';
import { drawDataKind } from './draw-data-kind.js';
import { drawOptions } from './draw-options.js';
import { drawScaleLayouts } from './draw-scale-layouts.js';
import { type CaseLimits, drawGroupCount, drawLimits, drawSize, orZero } from './draw-size.js';
import type { DrawnGemm } from './drawn-gemm.js';
import { kGroupedNumbers } from './gemm-numbers.js';

const block = 128;
const majors = ['k', 'mn'] as const;
/** Rows of D in all groups. */
const largestGroupedRows = { small: 300, full: 4000 } as const;

export function drawKGrouped(
  random: SeededRandom,
  sizes: CaseSizes,
  entry: EntryPointName,
  operandType: OperandType,
): DrawnGemm {
  const limits = drawLimits(random, sizes);
  const groups = drawGroupCount(random, limits);
  const depths = drawDepths(random, groups, sizes);
  const usedK = depths.reduce((sum, depth) => sum + depth, 0);
  const sumK = usedK + block * random.pick([0, 0, 0, 1]);
  const largestM = Math.max(1, Math.min(limits.m, Math.floor(largestGroupedRows[sizes] / groups)));
  const [m, n] = drawMatrix(random, limits, largestM, groups, sumK);
  const storage = entry === 'kGroupedFp8GemmNtContiguous' ? 'blocks' : 'matrix';
  const gemm: KGroupedCase = {
    operandType,
    storage,
    m,
    n,
    sumK,
    groups,
    data: drawDataKind(random, operandType),
    accumulation: random.pick(['none', 'c', 'in place'] as const),
    majorA: random.pick(majors),
    majorB: random.pick(majors),
    ...drawScaleLayouts(random, 1),
    recipeGiven: random.chance(0.5),
  };
  const ks = drawContents(random, depths, sumK);
  const call = drawOptions(random, sizes);
  const ksHost = ks === depths && usedK === sumK && random.chance(0.3) ? { ksHost: depths } : {};
  return {
    entry,
    operandType,
    call: { ...call, options: { ...call.options, ...ksHost } },
    m,
    n,
    k: sumK,
    groups,
    description: `${JSON.stringify(gemm)}, ks ${JSON.stringify(ks)}`,
    drawNumbers: (numbersRandom) => kGroupedNumbers(numbersRandom, gemm, depths, ks),
  };
}

/** Whole blocks, also none; of many groups most have none. */
function drawDepths(random: SeededRandom, groups: number, sizes: CaseSizes): number[] {
  if (random.chance(0.04)) return new Array<number>(groups).fill(0);
  const most = sizes === 'small' ? 2 : 4;
  const emptyShare = groups > 8 ? 0.8 : 0.25;
  return Array.from({ length: groups }, () =>
    random.chance(emptyShare) ? 0 : block * random.integer(1, most),
  );
}

/** What the device is told: a negative size counts as 0, and what runs past the end of K is cut there. */
function drawContents(random: SeededRandom, depths: readonly number[], sumK: number): readonly number[] {
  if (random.chance(0.85)) return depths;
  const last = depths.map((depth) => depth > 0).lastIndexOf(true);
  const usedK = depths.reduce((sum, depth) => sum + depth, 0);
  return depths.map((depth, group) => {
    if (depth === 0) return random.pick([0, -block, -(2 ** 31)]);
    const runsPast = group === last && usedK === sumK;
    return runsPast ? random.pick([depth, depth + 3 * block, 2 ** 31 - 1]) : depth;
  });
}

function drawMatrix(
  random: SeededRandom,
  limits: CaseLimits,
  largestM: number,
  groups: number,
  sumK: number,
): [m: number, n: number] {
  for (;;) {
    const m = orZero(random, drawSize(random, 'm', largestM));
    const n = orZero(random, drawSize(random, 'n', limits.n));
    const largest = Math.max(m * sumK, n * sumK, groups * m * n);
    if (largest <= limits.elements && m * n * sumK <= limits.products) return [m, n];
  }
}
