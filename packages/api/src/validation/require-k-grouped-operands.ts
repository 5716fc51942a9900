import { describeValue, reject, type Tensor } from '@dg/runtime';
import type { AnyOptions } from '../gemm/gemm-options.js';
import { scaleBlockK } from '../problem/recipe.js';
import { forms } from './operand-form.js';
import { requireAlignedStart } from './require-operand.js';
import type { CheckedOperands } from './require-operands.js';
import { requireRank } from './require-rank.js';
import { recipe1d1d, requireRecipe } from './require-recipe.js';
import { requireScaled } from './require-scaled.js';

/** Throws unless `k`, the sum of the groups' K, is a whole number of blocks; `argument` is the operand it was read from. */
export function requireWholeBlocks(operation: string, argument: string, k: number): void {
  if (k % scaleBlockK !== 0) {
    reject(operation, `${argument} with a K that is a multiple of ${scaleBlockK}`, `a K of ${k}`);
  }
}

/**
 * A and B as one-dimensional memory, in which the K-major blocks of the groups lie end to end. M, N and the sum of K are
 * those of the scales, [ΣK / 128, M] and [ΣK / 128, N], which come back as views [M, ΣK / 128] and [N, ΣK / 128].
 */
export function requireFp8Blocks(
  operation: string,
  valueA: unknown,
  valueB: unknown,
  options: AnyOptions,
): CheckedOperands & { readonly sumK: number } {
  requireRecipe(operation, options.recipe, [recipe1d1d]);
  const scaledA = requireScaled(operation, 'a', valueA);
  const scaledB = requireScaled(operation, 'b', valueB);
  const a = requireRank(operation, 'a.data', scaledA.data, 'float8_e4m3fn', 1);
  const b = requireRank(operation, 'b.data', scaledB.data, 'float8_e4m3fn', 1);
  const scalesA = requireRank(operation, 'a.scales', scaledA.scales, 'float32', 2);
  const scalesB = requireRank(operation, 'b.scales', scaledB.scales, 'float32', 2);
  const blocks = scalesA.shape[0]!;
  if (scalesB.shape[0] !== blocks) {
    const wanted = describeValue([blocks, scalesB.shape[1]!]);
    reject(
      operation,
      `b.scales of shape ${wanted} (ΣK / 128 from a.scales, N)`,
      describeValue(scalesB.shape),
    );
  }
  const sumK = blocks * scaleBlockK;
  requireBlocks(operation, 'a', forms.nt.a.mn, a, scalesA.shape[1]!, sumK);
  requireBlocks(operation, 'b', forms.nt.b.mn, b, scalesB.shape[1]!, sumK);
  return {
    a,
    b,
    scalesA: scalesA.transpose(),
    scalesB: scalesB.transpose(),
    recipe: recipe1d1d,
    sumK,
  };
}

function requireBlocks(
  operation: string,
  argument: 'a' | 'b',
  mnName: 'M' | 'N',
  data: Tensor,
  mn: number,
  sumK: number,
): void {
  if (data.shape[0] !== mn * sumK) {
    reject(
      operation,
      `${argument}.data of shape [${mn * sumK}] (${mnName} · ΣK, both from ${argument}.scales)`,
      describeValue(data.shape),
    );
  }
  if (data.elementCount === 0) return;
  if (data.strides[0] !== 1) {
    reject(operation, `${argument}.data with stride 1`, `strides ${describeValue(data.strides)}`);
  }
  requireAlignedStart(operation, `${argument}.data`, data);
}
