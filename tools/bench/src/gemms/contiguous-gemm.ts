import { mGroupedBf16GemmNtContiguous, mGroupedFp8GemmNtContiguous } from '@dg/api';
import { alignUp } from '@dg/runtime';
import type { MGroupedContiguousProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { type GemmOutput, newGemmOutput } from '../inputs/gemm-output.js';
import {
  blockScaledTensor,
  indexTensor,
  normalTensor,
  tokenScaledTensor,
} from '../inputs/random-operands.js';
import { destroyAll, matrixOf, scaledRowRange } from '../inputs/tensor-views.js';
import { operandBytes, outputBytes } from './gemm-bytes.js';
import type { GemmCase, GemmSet, InputPlace } from './gemm-case.js';
import { operandTypeOf } from './gemm-operation.js';
import { contiguousSizes } from './group-sizes.js';
import type { GroupedShape } from './grouped-shape.js';
import { problemFields } from './problem-fields.js';
import { bf16Operands, fp8Operands } from './set-operands.js';

export type ContiguousOperation = 'm_grouped_fp8_contiguous' | 'm_grouped_bf16_contiguous';

/** A group's rows of A and D. */
interface Segment {
  readonly start: number;
  readonly rows: number;
}

/** Rows at whose multiples segments start: the default of the library, and that of the peer. */
const segmentAlignment = 128;
const padding = -1;
const outputType = 'bfloat16';

/** D [M, N] = A [M, K] · B[group of the row] [N, K]ᵀ, groups drawn around a mean number of rows. */
export function contiguousGemm(op: ContiguousOperation, shape: GroupedShape): GemmCase {
  const [groups, mean, n, k] = shape;
  const segments = segmentsOf(contiguousSizes({ groups, mean, n }));
  const m = rowsOf(segments);
  const valid = segments.reduce((sum, { rows }) => sum + rows, 0);
  const operandType = operandTypeOf(op);
  const problem: MGroupedContiguousProblem = {
    kind: 'm-grouped-contiguous',
    groups,
    layout: 'rows',
    mkAlignment: segmentAlignment,
    ...problemFields({ m, n, k }, operandType === 'bf16' ? undefined : [1, 128, 128], outputType, false),
  };
  return {
    op,
    shape,
    flop: 2 * valid * n * k,
    bytes:
      operandBytes(operandType, valid, k) +
      groups * operandBytes(operandType, n, k, 128) +
      outputBytes(outputType, valid * n, false),
    problem,
    createSet: (place, seed) => {
      const output = newGemmOutput(place, [m, n], outputType, false);
      const setOf = operandType === 'bf16' ? bf16Set : fp8Set;
      return setOf(place, shape, segments, output, seed);
    },
  };
}

function segmentsOf(sizes: readonly number[]): Segment[] {
  let start = 0;
  return sizes.map((rows) => {
    const segment = { start, rows };
    start += alignUp(rows, segmentAlignment);
    return segment;
  });
}

/** Of A and D, padding included. */
function rowsOf(segments: readonly Segment[]): number {
  const { start, rows } = segments.at(-1)!;
  return start + alignUp(rows, segmentAlignment);
}

/** The group of each row. */
function groupedLayout(segments: readonly Segment[]): number[] {
  const layout = new Array<number>(rowsOf(segments)).fill(padding);
  segments.forEach(({ start, rows }, group) => {
    layout.fill(group, start, start + rows);
  });
  return layout;
}

function bf16Set(
  place: InputPlace,
  [groups, , n, k]: GroupedShape,
  segments: readonly Segment[],
  output: GemmOutput,
  seed: number,
): GemmSet {
  const { d, addend, reset } = output;
  const a = normalTensor(place, [rowsOf(segments), k], 2 * seed);
  const b = normalTensor(place, [groups, n, k], 2 * seed + 1);
  const layout = indexTensor(place, groupedLayout(segments));
  return {
    operands: bf16Operands(a, b, output, layout),
    products: segments.map(({ start, rows }, group) => ({
      a: { data: a.slice(0, start, start + rows), rowsPerScale: 1 },
      b: { data: matrixOf(b, group), rowsPerScale: 1 },
      d: d.slice(0, start, start + rows),
      addend,
    })),
    callWith: (options) => () => mGroupedBf16GemmNtContiguous(a, b, d, layout, options),
    resetOutput: reset,
    destroy: () => destroyAll([a, b, d, layout]),
  };
}

function fp8Set(
  place: InputPlace,
  [groups, , n, k]: GroupedShape,
  segments: readonly Segment[],
  output: GemmOutput,
  seed: number,
): GemmSet {
  const { d, addend, reset } = output;
  const a = tokenScaledTensor(place, [rowsOf(segments), k], 2 * seed);
  const b = blockScaledTensor(place, [groups, n, k], 2 * seed + 1);
  const layout = indexTensor(place, groupedLayout(segments));
  return {
    operands: fp8Operands(a, b, output, layout),
    products: segments.map(({ start, rows }, group) => ({
      a: scaledRowRange(a, start, start + rows),
      b: { data: matrixOf(b.data, group), scales: matrixOf(b.scales, group), rowsPerScale: 128 },
      d: d.slice(0, start, start + rows),
      addend,
    })),
    callWith: (options) => () => mGroupedFp8GemmNtContiguous(a, b, d, layout, options),
    resetOutput: reset,
    destroy: () => destroyAll([a.data, a.scales, b.data, b.scales, d, layout]),
  };
}
