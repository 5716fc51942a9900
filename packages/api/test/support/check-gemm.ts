import type { Device, HostArray } from '@dg/runtime';
import { expectSameBits } from '@dg/testing';
import { measureRow } from './accuracy.js';
import { type DeviceGemm, uploadGemm } from './device-gemm.js';
import { describeCase, type GemmCase } from './gemm-case.js';
import type { GemmData } from './gemm-data.js';
import { decodeCodes, encodeBfloat16Values } from './number-formats.js';
import { oracleRow } from './oracle.js';
import { allowedEpsilon } from './test-settings.js';

export interface CheckOptions {
  /** Rows of D to hold against the oracle; all of them when left out. */
  readonly rows?: readonly number[];
  /** How to run the case; by the library's entry point when left out. */
  readonly run?: (onDevice: DeviceGemm) => void;
}

/**
 * Runs a case twice on poisoned output. Checks that both runs give the same bits, that no byte around D
 * changed, that every element (of the rows asked for) keeps the bound of NUMERICS, that exact cases are
 * exact, and that a NaN stays in its row or column.
 *
 * @returns the smallest ε that would have been enough.
 */
export async function checkGemm(
  device: Device,
  gemm: GemmCase,
  data: GemmData,
  options: CheckOptions = {},
): Promise<number> {
  const onDevice = uploadGemm(device, gemm, data);
  const { run = (uploaded) => uploaded.run() } = options;
  try {
    onDevice.reset();
    run(onDevice);
    const first = await onDevice.read();
    onDevice.reset();
    run(onDevice);
    const second = await onDevice.read();
    await onDevice.output.expectGuardsIntact();
    expectSameBits(second, first, { name: `second run of ${describeCase(gemm)}`, shape: [gemm.m, gemm.n] });
    return checkOutput(gemm, data, first, options.rows);
  } finally {
    onDevice.destroy();
  }
}

/** Holds D, row-major, against the oracle. Throws at the first wrong row; returns the ε needed. */
export function checkOutput(
  gemm: GemmCase,
  data: GemmData,
  output: HostArray,
  rows: readonly number[] = Array.from({ length: gemm.m }, (_, row) => row),
): number {
  const values = output instanceof Uint16Array ? decodeCodes(output) : output;
  let epsilon = 0;
  for (const row of rows) {
    const actual = values.subarray(row * gemm.n, (row + 1) * gemm.n);
    const expected = oracleRow(data, row);
    const accuracy = measureRow(actual, expected, gemm.outputType, allowedEpsilon(gemm.operandType));
    if (accuracy.failure !== undefined) throw new Error(`${describeCase(gemm)}: ${accuracy.failure}`);
    if (gemm.data === 'integers') checkExact(gemm, row, actual, expected.values);
    checkNan(gemm, data, row, actual);
    epsilon = Math.max(epsilon, accuracy.epsilon);
  }
  return epsilon;
}

/** Every sum of an integer case fits float32, so that rounding it once gives the only right bits. */
function checkExact(gemm: GemmCase, row: number, actual: ArrayLike<number>, expected: Float64Array): void {
  const name = `row ${row} of ${describeCase(gemm)}`;
  if (gemm.outputType === 'bfloat16') {
    expectSameBits(encodeBfloat16Values(actual), encodeBfloat16Values(expected), { name });
  } else {
    expectSameBits(Float32Array.from(actual), Float32Array.from(expected), { name });
  }
}

function checkNan(gemm: GemmCase, data: GemmData, row: number, actual: ArrayLike<number>): void {
  for (let column = 0; column < gemm.n; column++) {
    const wanted =
      data.nanRow !== undefined && (gemm.data === 'nan in a' ? row === data.nanRow : column === data.nanRow);
    if (Number.isNaN(actual[column]) !== wanted) {
      throw new Error(
        `${describeCase(gemm)}: D[${row}, ${column}]: expected ${wanted ? 'NaN' : 'a number'} ` +
          `but received ${actual[column]}`,
      );
    }
  }
}
