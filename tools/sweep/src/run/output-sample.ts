import { DgError } from '@dg/jit';
import type { PlainProduct } from '../../../bench/src/gemms/gemm-case.js';
import { readRows } from '../../../bench/src/measure/host-rows.js';
import { spreadRuns } from '../../../bench/src/measure/spread-runs.js';

const sampledProducts = 4;
const sampledRows = 4;
const sampledColumns = 2;
/** Two orders of summation, rounded to bfloat16, differ by less; NaN is never below it. */
const largestDiff = 1e-5;

/**
 * Some rows and some columns of A·Bᵀ as D has it, so that no tile of the sampled products is without a sample.
 *
 * @param launches since D was reset, where they add to it.
 */
export async function outputSample(
  products: readonly PlainProduct[],
  launches: number,
): Promise<Float64Array[]> {
  const chosen = spreadRuns(products.length, sampledProducts, 1).flatMap(({ start, end }) =>
    products.slice(start, end),
  );
  const lines: Float64Array[] = [];
  for (const { d, addend } of chosen) {
    for (const [matrix, count] of [
      [d, sampledRows],
      [d.transpose(), sampledColumns],
    ] as const) {
      const { rows } = await readRows(
        { data: matrix, rowsPerScale: 1 },
        spreadRuns(matrix.shape[0]!, count, 1),
      );
      lines.push(...(addend === undefined ? rows : rows.map((row) => withoutAddend(row, addend, launches))));
    }
  }
  return lines;
}

function withoutAddend(row: Float64Array, addend: number, launches: number): Float64Array {
  return row.map((value) => (value - addend) / launches);
}

/** Throws DgError when two samples of the same products differ by more than rounding. */
export function expectSameSample(
  expected: readonly Float64Array[],
  actual: readonly Float64Array[],
  name: string,
): void {
  expected.forEach((line, index) => {
    const diff = lineDiff(line, actual[index]!);
    if (diff < largestDiff) return;
    throw new DgError(
      'DG_SWEEP_WRONG_RESULT',
      `expected what the reference configuration computes for ${name} but received a diff of ${diff}`,
    );
  });
}

/** 1 - 2·Σxy / Σ(x² + y²). */
function lineDiff(x: Float64Array, y: Float64Array): number {
  let products = 0;
  let squares = 0;
  for (let i = 0; i < x.length; i++) {
    products += x[i]! * y[i]!;
    squares += x[i]! * x[i]! + y[i]! * y[i]!;
  }
  return squares === 0 ? 0 : 1 - (2 * products) / squares;
}
