import { DgError } from '@dg/jit';
import type { GemmSet, PlainProduct } from '../gemms/gemm-case.js';
import { readRows } from './host-rows.js';
import { sampledDiff } from './sampled-diff.js';
import { spreadRuns } from './spread-runs.js';

/** Of a grouped product, the first and the last group and some between. */
const sampledProducts = 4;
const sampledRows = 8;
/** 16 runs of 32 columns: at most 512 rows of B are read. */
const columnRuns = 16;
const columnsPerRun = 32;
/** Rounding of D to bfloat16 alone gives about 1e-6. */
const largestDiff = 1e-5;

/**
 * Compares a sample of D with float64 of the (dequantised) inputs; only what is sampled is read. What was enqueued
 * before must be over.
 *
 * @param launches since the output was reset: a D that is C as well has the product so many times.
 * @returns the largest diff of a product, 1 - 2·Σxy / Σ(x² + y²).
 * @throws DgError when one is 1e-5 or more, or not a number.
 */
export async function checkGemm(
  { products }: Pick<GemmSet, 'products'>,
  name: string,
  launches = 1,
): Promise<number> {
  const chosen = spreadRuns(products.length, sampledProducts, 1).flatMap(({ start, end }) =>
    products.slice(start, end),
  );
  let largest = 0;
  for (const product of chosen) {
    const diff = await productDiff(product, launches, chosen.length);
    if (!(diff < largestDiff)) {
      throw new DgError(
        'DG_BENCH_WRONG_RESULT',
        `expected a diff below ${largestDiff} for product ${products.indexOf(product)} of ${name} but received ${diff}`,
      );
    }
    largest = Math.max(largest, diff);
  }
  return largest;
}

/** With several products, each is sampled less, so that a check costs the same. */
async function productDiff(
  { a, b, d, addend }: PlainProduct,
  launches: number,
  products: number,
): Promise<number> {
  const [m, n] = d.shape as readonly [number, number];
  const rows = spreadRuns(m, Math.ceil(sampledRows / products), 1);
  const columns = spreadRuns(n, Math.ceil(columnRuns / products), columnsPerRun);
  const rowsOfA = await readRows(a, rows);
  const rowsOfB = await readRows(b, columns);
  const rowsOfD = await readRows({ data: d, rowsPerScale: 1 }, rows);
  return sampledDiff(rowsOfA, rowsOfB, rowsOfD, {
    factor: addend === undefined ? 1 : launches,
    addend: addend ?? 0,
  });
}
