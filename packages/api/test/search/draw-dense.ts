import type { CaseSizes, SeededRandom } from '@dg/testing';
import type { EntryPointName } from '../support/entry-points.js';
import { completeCase, type DenseVariant, describeCase, drawInputPitch } from '../support/gemm-case.js';
import type { OperandType } from '../support/number-formats.js';
import { drawDataKind } from './draw-data-kind.js';
import { drawMajors } from './draw-majors.js';
import { drawOptions } from './draw-options.js';
import { drawScaleLayouts } from './draw-scale-layouts.js';
import { type CaseLimits, drawLimits, drawSize, orZero } from './draw-size.js';
import type { DrawnGemm } from './drawn-gemm.js';
import { denseNumbers } from './gemm-numbers.js';

export type DenseEntryPoint = Extract<EntryPointName, `${'fp8' | 'bf16'}Gemm${string}`>;

export function drawDense(
  random: SeededRandom,
  sizes: CaseSizes,
  entry: DenseEntryPoint,
  operandType: OperandType,
): DrawnGemm {
  const [m, n, k] = drawShape(random, drawLimits(random, sizes));
  const { majorA, majorB, outputType } = drawMajors(random, sizes, operandType);
  const variant: DenseVariant = {
    entry: entry.slice(-2).toLowerCase() as DenseVariant['entry'],
    majorA,
    majorB,
    scaleRowsB: operandType === 'bfloat16' ? 128 : random.pick([128, 1]),
    recipeGiven: random.chance(0.5),
  };
  const gemm = completeCase(random, {
    operandType,
    m,
    n,
    k,
    pitchA: drawInputPitch(random, operandType, majorA === 'k' ? k : m),
    pitchB: drawInputPitch(random, operandType, majorB === 'k' ? k : n),
    outputType,
    data: drawDataKind(random, operandType),
    ...drawScaleLayouts(random, variant.scaleRowsB),
    variant,
  });
  return {
    entry,
    operandType,
    call: drawOptions(random, sizes),
    m,
    n,
    k,
    groups: Number.POSITIVE_INFINITY,
    description: describeCase(gemm),
    drawNumbers: (numbersRandom) => denseNumbers(numbersRandom, gemm),
  };
}

function drawShape(random: SeededRandom, limits: CaseLimits): [m: number, n: number, k: number] {
  for (;;) {
    const m = orZero(random, drawSize(random, 'm', limits.m));
    const n = orZero(random, drawSize(random, 'n', limits.n));
    const k = orZero(random, drawSize(random, 'k', limits.k));
    if (m * n * k <= limits.products) return [m, n, k];
  }
}
