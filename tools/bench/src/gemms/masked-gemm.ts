import { mGroupedFp8GemmNtMasked } from '@dg/api';
import { alignUp } from '@dg/runtime';
import type { MGroupedMaskedProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { newGemmOutput } from '../inputs/gemm-output.js';
import { blockScaledTensor, indexTensor, tokenScaledTensor } from '../inputs/random-operands.js';
import { destroyAll, matrixOf, scaledMatrixOf, scaledRowRange } from '../inputs/tensor-views.js';
import { operandBytes, outputBytes } from './gemm-bytes.js';
import type { GemmCase, GemmSet, InputPlace } from './gemm-case.js';
import { maskedSizes } from './group-sizes.js';
import type { GroupedShape } from './grouped-shape.js';
import { problemFields } from './problem-fields.js';
import { fp8Operands } from './set-operands.js';

const rowMultiple = 64;
const outputType = 'bfloat16';

/** D[g] [maxM, N] = A[g] [maxM, K] · B[g] [N, K]ᵀ for the first rows of each group, drawn around a mean number. */
export function maskedGemm(shape: GroupedShape): GemmCase {
  const [groups, mean, n, k] = shape;
  const sizes = maskedSizes({ groups, mean, n });
  const valid = sizes.reduce((sum, rows) => sum + rows, 0);
  const m = maxM(groups, sizes);
  const problem: MGroupedMaskedProblem = {
    kind: 'm-grouped-masked',
    groups,
    expectedM: mean,
    ...problemFields({ m, n, k }, [1, 128, 128], outputType, false),
  };
  return {
    op: 'm_grouped_fp8_masked',
    shape,
    flop: 2 * valid * n * k,
    bytes:
      operandBytes('fp8', valid, k) +
      groups * operandBytes('fp8', n, k, 128) +
      outputBytes(outputType, valid * n, false),
    problem,
    createSet: (place, seed) => maskedSet(place, shape, m, sizes, seed),
  };
}

/** Room for the rows of a group, as the peer had it: a card that has few groups has room for many rows. */
function maxM(groups: number, sizes: readonly number[]): number {
  return Math.max(groups === 6 ? 4096 : 1024, alignUp(Math.max(...sizes), rowMultiple));
}

function maskedSet(
  place: InputPlace,
  [groups, mean, n, k]: GroupedShape,
  m: number,
  sizes: readonly number[],
  seed: number,
): GemmSet {
  const a = tokenScaledTensor(place, [groups, m, k], 2 * seed);
  const b = blockScaledTensor(place, [groups, n, k], 2 * seed + 1);
  const mask = indexTensor(place, sizes);
  const output = newGemmOutput(place, [groups, m, n], outputType, false);
  const { d, addend, reset } = output;
  return {
    operands: fp8Operands(a, b, output, mask),
    products: sizes.map((rows, group) => ({
      a: scaledRowRange({ data: matrixOf(a.data, group), scales: matrixOf(a.scales, group) }, 0, rows),
      b: scaledMatrixOf(b, group),
      d: matrixOf(d, group).slice(0, 0, rows),
      addend,
    })),
    callWith: (options) => () => mGroupedFp8GemmNtMasked(a, b, d, mask, mean, options),
    resetOutput: reset,
    destroy: () => destroyAll([a.data, a.scales, b.data, b.scales, d, mask]),
  };
}
