import type { HostArray } from '@dg/runtime';
import { expectSameBits } from '@dg/testing';
import { type ExpectedRow, measureRow } from './accuracy.js';
import { describeCase, type GemmCase } from './gemm-case.js';
import type { GemmData } from './gemm-data.js';
import { decodeCodes, encodeBfloat16Values } from './number-formats.js';
import { oracleRow } from './oracle.js';
import { allowedEpsilon, onGpu, referenceEpsilon } from './test-settings.js';

export interface CheckAgainst {
  /** D of the `cpu` device, row-major, which is itself held against the oracle; the oracle when left out. */
  readonly reference?: HostArray;
  /** The ε of the bound; that of the operands and of the device under test when left out. */
  readonly epsilon?: number;
}

/**
 * Holds D, row-major, against the float64 oracle or a reference: every element (of the rows asked for) keeps the bound
 * of NUMERICS, NaN and infinities are where they belong, exact cases are exact. Throws at the first wrong row.
 *
 * @returns the smallest ε that would have been enough.
 */
export function checkOutput(
  gemm: GemmCase,
  data: GemmData,
  output: HostArray,
  rows: readonly number[] = Array.from({ length: gemm.m }, (_, row) => row),
  { reference, epsilon: allowed = allowedEpsilon(gemm.operandType, onGpu, gemm.data) }: CheckAgainst = {},
): number {
  const rowOf = (matrix: HostArray, row: number) =>
    valuesOf(matrix.subarray(row * gemm.n, (row + 1) * gemm.n));
  let epsilon = 0;
  for (const row of rows) {
    let expected: ExpectedRow = oracleRow(data, row);
    if (reference !== undefined) {
      const values = rowOf(reference, row);
      checkRow(gemm, 'the reference', values, expected, referenceEpsilon);
      expected = { ...expected, values };
    }
    epsilon = Math.max(epsilon, checkRow(gemm, 'D', rowOf(output, row), expected, allowed));
  }
  return epsilon;
}

function checkRow(
  gemm: GemmCase,
  name: string,
  actual: ArrayLike<number>,
  expected: ExpectedRow,
  allowed: number,
): number {
  const accuracy = measureRow(actual, expected, gemm.outputType, allowed);
  if (accuracy.failure !== undefined) throw new Error(`${describeCase(gemm)}: ${name}${accuracy.failure}`);
  if (gemm.data === 'integers') checkExact(gemm, name, actual, expected);
  return accuracy.epsilon;
}

/** Every sum of an integer case fits float32, so that rounding it once gives the only right bits. */
function checkExact(gemm: GemmCase, name: string, actual: ArrayLike<number>, expected: ExpectedRow): void {
  const bits = (values: ArrayLike<number>) =>
    gemm.outputType === 'bfloat16' ? encodeBfloat16Values(values) : Float32Array.from(values);
  expectSameBits(bits(actual), bits(expected.values), {
    name: `row ${expected.row} of ${name} of ${describeCase(gemm)}`,
  });
}

function valuesOf(output: HostArray): Float32Array | Float64Array {
  return output instanceof Uint16Array ? decodeCodes(output) : (output as Float32Array);
}
