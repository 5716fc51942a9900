import {
  type KGroupedOptions,
  kGroupedBf16GemmTnContiguous,
  kGroupedFp8GemmNtContiguous,
  perTokenCastToFp8,
  type ScaledTensor,
} from '@dg/api';
import type { Tensor } from '@dg/runtime';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import type { KGroupedProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { type GemmOutput, newGemmOutput } from '../inputs/gemm-output.js';
import { indexTensor, normalTensor } from '../inputs/random-operands.js';
import { destroyAll, matrixOf } from '../inputs/tensor-views.js';
import { operandBytes, outputBytes } from './gemm-bytes.js';
import type { GemmCase, GemmSet, InputPlace, ScaledRows } from './gemm-case.js';
import { kGroupSizes } from './group-sizes.js';
import type { KGroupedShape } from './grouped-shape.js';
import { problemFields } from './problem-fields.js';
import { bf16Operands, fp8Operands } from './set-operands.js';

export type KGroupedOperation = 'k_grouped_fp8' | 'k_grouped_bf16';

/** A group's part of all K. */
interface Range {
  readonly start: number;
  readonly k: number;
}

const scaleBlock = 128;
const outputType = 'float32';

/**
 * D[g] [M, N] += A[g] [M, K] · B[g] [N, K]ᵀ in place, K drawn around a mean: FP8 as K-major blocks that lie end to end,
 * BF16 as [ΣK, M] and [ΣK, N], as the peer takes them.
 */
export function kGroupedGemm(op: KGroupedOperation, shape: KGroupedShape): GemmCase {
  const [groups, m, n, mean] = shape;
  const ranges = rangesOf(kGroupSizes({ groups, mean, n }));
  const k = sumOf(ranges);
  const isBf16 = op === 'k_grouped_bf16';
  const problem: KGroupedProblem = {
    kind: 'k-grouped',
    groups,
    storage: isBf16 ? 'matrix' : 'blocks',
    ...problemFields({ m, n, k }, isBf16 ? undefined : [1, 1, 128], outputType, true, isBf16 ? 'mn' : 'k'),
  };
  return {
    op,
    shape,
    flop: 2 * k * m * n,
    bytes: operandBytes(isBf16 ? 'bf16' : 'fp8', m + n, k) + outputBytes(outputType, groups * m * n, true),
    problem,
    createSet: (place, seed) => kGroupedSet(place, isBf16, shape, ranges, seed),
  };
}

function rangesOf(sizes: readonly number[]): Range[] {
  let start = 0;
  return sizes.map((k) => {
    const range = { start, k };
    start += k;
    return range;
  });
}

function sumOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { k }) => sum + k, 0);
}

/** A, B and the call on them. */
interface KGroupedInputs {
  readonly operands: GemmOperands;
  rowsOfA(range: Range): ScaledRows;
  rowsOfB(range: Range): ScaledRows;
  enqueue(options: KGroupedOptions): void;
  destroy(): void;
}

function kGroupedSet(
  place: InputPlace,
  isBf16: boolean,
  [groups, m, n]: KGroupedShape,
  ranges: readonly Range[],
  seed: number,
): GemmSet {
  const output = newGemmOutput(place, [groups, m, n], outputType, true);
  const ks = indexTensor(
    place,
    ranges.map(({ k }) => k),
  );
  const inputs = (isBf16 ? bf16Inputs : fp8Inputs)(place, [m, n], ranges, output, ks, seed);
  return {
    operands: inputs.operands,
    products: ranges.map((range, group) => ({
      a: inputs.rowsOfA(range),
      b: inputs.rowsOfB(range),
      d: matrixOf(output.d, group),
      addend: output.addend,
    })),
    callWith: (options) => {
      const all = { ...options, c: output.d };
      return () => inputs.enqueue(all);
    },
    resetOutput: output.reset,
    destroy: () => {
      inputs.destroy();
      destroyAll([output.d, ks]);
    },
  };
}

function bf16Inputs(
  place: InputPlace,
  [m, n]: readonly [number, number],
  ranges: readonly Range[],
  output: GemmOutput,
  ks: Tensor,
  seed: number,
): KGroupedInputs {
  const a = normalTensor(place, [sumOf(ranges), m], 2 * seed);
  const b = normalTensor(place, [sumOf(ranges), n], 2 * seed + 1);
  const rows = (matrix: Tensor, { start, k }: Range): ScaledRows => ({
    data: matrix.slice(0, start, start + k).transpose(),
    rowsPerScale: 1,
  });
  return {
    operands: bf16Operands(a.transpose(), b.transpose(), output, ks),
    rowsOfA: (range) => rows(a, range),
    rowsOfB: (range) => rows(b, range),
    enqueue: (options) => kGroupedBf16GemmTnContiguous(a, b, output.d, ks, options),
    destroy: () => destroyAll([a, b]),
  };
}

function fp8Inputs(
  place: InputPlace,
  [m, n]: readonly [number, number],
  ranges: readonly Range[],
  output: GemmOutput,
  ks: Tensor,
  seed: number,
): KGroupedInputs {
  const a = scaledBlocks(place, m, ranges, 2 * seed);
  const b = scaledBlocks(place, n, ranges, 2 * seed + 1);
  return {
    operands: fp8Operands(transposedScales(a), transposedScales(b), output, ks),
    rowsOfA: (range) => ({ ...blockOf(a, m, range), rowsPerScale: 1 }),
    rowsOfB: (range) => ({ ...blockOf(b, n, range), rowsPerScale: 1 }),
    enqueue: (options) => kGroupedFp8GemmNtContiguous(a, b, output.d, ks, options),
    destroy: () => destroyAll([a.data, a.scales, b.data, b.scales]),
  };
}

/** K-major blocks [mn, K] of the groups end to end, and scales [ΣK / 128, mn]. */
function scaledBlocks(place: InputPlace, mn: number, ranges: readonly Range[], seed: number): ScaledTensor {
  const { device, stream } = place;
  const sumK = sumOf(ranges);
  const source = normalTensor(place, [mn * sumK], seed);
  const blocks = {
    data: device.empty([mn * sumK], 'float8_e4m3fn'),
    scales: device.empty([sumK / scaleBlock, mn], 'float32'),
  };
  for (const range of ranges) {
    const { start, k } = range;
    const x = source.slice(0, mn * start, mn * (start + k)).reshape([mn, k]);
    perTokenCastToFp8(x, { out: blockOf(blocks, mn, range), stream });
  }
  source.destroy();
  return blocks;
}

/** The block of one group, [mn, K], and its scales, [mn, K / 128]. */
function blockOf({ data, scales }: ScaledTensor, mn: number, { start, k }: Range): ScaledTensor {
  return {
    data: data.slice(0, mn * start, mn * (start + k)).reshape([mn, k]),
    scales: scales.slice(0, start / scaleBlock, (start + k) / scaleBlock).transpose(),
  };
}

function transposedScales({ data, scales }: ScaledTensor): ScaledTensor {
  return { data, scales: scales.transpose() };
}
