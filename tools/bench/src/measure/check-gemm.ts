import { DgError } from '@dg/jit';
import type { GemmSet, GemmSetOperands } from '../inputs/gemm-set.js';
import { type HostRows, readMatrixRows, readScaledRows } from './host-rows.js';
import { sampledDiff } from './sampled-diff.js';
import { type IndexRun, spreadRuns } from './spread-runs.js';

const sampledRows = 8;
/** 16 runs of 32 columns: at most 512 rows of B are read. */
const columnRuns = 16;
const columnsPerRun = 32;
const rowsPerScaleOfB = 128;
/** Rounding of D to bfloat16 alone gives about 1e-6. */
const largestDiff = 1e-5;

/**
 * Compares a sample of D with float64 of the (dequantised) inputs; only what is sampled is read.
 *
 * @returns diff of the sample, 1 - 2·Σxy / Σ(x² + y²).
 * @throws DgError when the diff is 1e-5 or more, or not a number.
 */
export async function checkGemm(set: GemmSet, name: string): Promise<number> {
  const [m, n] = set.d.shape as readonly [number, number];
  const runsOfM = spreadRuns(m, sampledRows, 1);
  const { a, b } = await readOperands(set.operands, runsOfM, spreadRuns(n, columnRuns, columnsPerRun));
  const d = await readMatrixRows(set.d, runsOfM);
  const diff = sampledDiff(a, b, d);
  if (diff < largestDiff) return diff;
  throw new DgError(
    'DG_BENCH_WRONG_RESULT',
    `expected a diff below ${largestDiff} for ${name} but received ${diff}`,
  );
}

async function readOperands(
  operands: GemmSetOperands,
  runsOfA: readonly IndexRun[],
  runsOfB: readonly IndexRun[],
): Promise<{ a: HostRows; b: HostRows }> {
  if (operands.operation === 'bf16_nt') {
    return { a: await readMatrixRows(operands.a, runsOfA), b: await readMatrixRows(operands.b, runsOfB) };
  }
  return {
    a: await readScaledRows(operands.a, runsOfA, 1),
    b: await readScaledRows(operands.b, runsOfB, rowsPerScaleOfB),
  };
}
