import { type CallOptions, mGroupedBf16GemmNtContiguous, mGroupedFp8GemmNtContiguous } from '@dg/api';
import { alignUp, type Tensor } from '@dg/runtime';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import type { MGroupedContiguousProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import { type GemmOutput, newGemmOutput } from '../inputs/gemm-output.js';
import {
  blockScaledTensor,
  indexTensor,
  normalTensor,
  tokenScaledTensor,
} from '../inputs/random-operands.js';
import { destroyAll, matrixOf, scaledMatrixOf, scaledRowRange } from '../inputs/tensor-views.js';
import { operandBytes, outputBytes } from './gemm-bytes.js';
import type { GemmCase, GemmSet, InputPlace, ScaledRows } from './gemm-case.js';
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
    createSet: (place, seed) => contiguousSet(place, operandType === 'bf16', shape, segments, seed),
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

/** A, B and the call on them. */
interface ContiguousInputs {
  readonly operands: GemmOperands;
  rowsOfA(start: number, end: number): ScaledRows;
  matrixOfB(group: number): ScaledRows;
  enqueue(options: CallOptions): void;
  destroy(): void;
}

function contiguousSet(
  place: InputPlace,
  isBf16: boolean,
  shape: GroupedShape,
  segments: readonly Segment[],
  seed: number,
): GemmSet {
  const m = rowsOf(segments);
  const output = newGemmOutput(place, [m, shape[2]], outputType, false);
  const layout = indexTensor(place, groupedLayout(segments));
  const inputs = (isBf16 ? bf16Inputs : fp8Inputs)(place, shape, m, output, layout, seed);
  return {
    operands: inputs.operands,
    products: segments.map(({ start, rows }, group) => ({
      a: inputs.rowsOfA(start, start + rows),
      b: inputs.matrixOfB(group),
      d: output.d.slice(0, start, start + rows),
      addend: output.addend,
    })),
    callWith: (options) => () => inputs.enqueue(options),
    resetOutput: output.reset,
    destroy: () => {
      inputs.destroy();
      destroyAll([output.d, layout]);
    },
  };
}

function bf16Inputs(
  place: InputPlace,
  [groups, , n, k]: GroupedShape,
  m: number,
  output: GemmOutput,
  layout: Tensor,
  seed: number,
): ContiguousInputs {
  const a = normalTensor(place, [m, k], 2 * seed);
  const b = normalTensor(place, [groups, n, k], 2 * seed + 1);
  return {
    operands: bf16Operands(a, b, output, layout),
    rowsOfA: (start, end) => ({ data: a.slice(0, start, end), rowsPerScale: 1 }),
    matrixOfB: (group) => ({ data: matrixOf(b, group), rowsPerScale: 1 }),
    enqueue: (options) => mGroupedBf16GemmNtContiguous(a, b, output.d, layout, options),
    destroy: () => destroyAll([a, b]),
  };
}

function fp8Inputs(
  place: InputPlace,
  [groups, , n, k]: GroupedShape,
  m: number,
  output: GemmOutput,
  layout: Tensor,
  seed: number,
): ContiguousInputs {
  const a = tokenScaledTensor(place, [m, k], 2 * seed);
  const b = blockScaledTensor(place, [groups, n, k], 2 * seed + 1);
  return {
    operands: fp8Operands(a, b, output, layout),
    rowsOfA: (start, end) => scaledRowRange(a, start, end),
    matrixOfB: (group) => scaledMatrixOf(b, group),
    enqueue: (options) => mGroupedFp8GemmNtContiguous(a, b, output.d, layout, options),
    destroy: () => destroyAll([a.data, a.scales, b.data, b.scales]),
  };
}
