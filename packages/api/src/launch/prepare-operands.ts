import { getMnMajorTmaAlignedTensor, repackKGroupedFp8, transposeFp8 } from '@dg/layout';
import { alignUp, type Stream, type Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { scaleRowsOfB } from '../problem/recipe.js';

const pitchMultiple = 16;
/** Rows of so many elements are a multiple of 16 bytes long in every operand type. */
const leastK = 16;
/** Columns of float32 scales start at multiples of 16 bytes. */
const scaleColumnMultiple = 4;

/** A problem as the kernels take it, and the copies that were made for that. */
export interface PreparedOperands {
  readonly problem: GemmProblem;
  readonly operands: GemmOperands;
  /** To be destroyed once the launch is enqueued: queued work, or a graph that recorded it, keeps their memory. */
  readonly copies: readonly Tensor[];
}

/**
 * Enqueues what has to be copied first: scales into the layout that TMA reads, FP8 operands into the only major that WGMMA
 * takes, the blocks of K groups into one matrix.
 */
export function prepareOperands(
  problem: GemmProblem,
  operands: GemmOperands,
  stream: Stream,
): PreparedOperands {
  const copies: Tensor[] = [];
  const keep = (copy: Tensor, original: Tensor): Tensor => {
    if (copy !== original) copies.push(copy);
    return copy;
  };
  const aligned = (scales: Tensor | undefined) =>
    scales === undefined ? undefined : keep(getMnMajorTmaAlignedTensor(scales, { stream }), scales);
  try {
    if (problem.k === 0) return sumOfNothing(problem, operands, copies, stream);
    if (problem.operandType === 'bfloat16') return { problem, operands, copies };
    const { a, b, scalesA, scalesB } = operands;
    const kMajor = (operand: Tensor, rows: number, major: 'k' | 'mn') =>
      keep(toKMajor(problem, operand, rows, major, operands.grouping, stream), operand);
    return {
      problem,
      operands: {
        ...operands,
        a: kMajor(a, problem.m, problem.majorA),
        b: kMajor(b, problem.n, problem.majorB),
        scalesA: aligned(scalesA),
        scalesB: scaleRowsOfB(problem.recipe) === 1 ? aligned(scalesB) : scalesB,
      },
      copies,
    };
  } catch (error) {
    for (const copy of copies) copy.destroy();
    throw error;
  }
}

/** A tensor map cannot be empty: where K is 0, the product of zeros of the least K stands for the sum of nothing. */
function sumOfNothing(
  problem: GemmProblem,
  operands: GemmOperands,
  copies: Tensor[],
  stream: Stream,
): PreparedOperands {
  const zeros = (like: Tensor, shape: readonly number[], strides?: readonly number[]): Tensor => {
    const copy = like.device.empty(shape, like.dtype, strides === undefined ? {} : { strides });
    copies.push(copy);
    copy.buffer.fill(0, undefined, { stream });
    return copy;
  };
  const matrix = (like: Tensor) => zeros(like, [...like.shape.slice(0, -1), leastK]);
  const scales = (like: Tensor | undefined) => {
    if (like === undefined) return undefined;
    const rows = like.shape.at(-2)!;
    const column = alignUp(rows, scaleColumnMultiple);
    const strides = like.shape.length === 3 ? [column, 1, column] : [1, column];
    return zeros(like, [...like.shape.slice(0, -1), 1], strides);
  };
  const { a, b, scalesA, scalesB } = operands;
  return {
    problem: { ...problem, k: leastK, majorA: 'k', majorB: 'k' },
    operands: { ...operands, a: matrix(a), b: matrix(b), scalesA: scales(scalesA), scalesB: scales(scalesB) },
    copies,
  };
}

function toKMajor(
  problem: GemmProblem,
  operand: Tensor,
  rows: number,
  major: 'k' | 'mn',
  grouping: Tensor | undefined,
  stream: Stream,
): Tensor {
  if (problem.kind === 'k-grouped' && problem.storage === 'blocks') {
    const copy = kMajorMatrix(operand, [rows, problem.k]);
    repackKGroupedFp8(operand, grouping!, rows, problem.k, copy, { stream });
    return copy;
  }
  if (major === 'k') return operand;
  const copy = kMajorMatrix(operand, operand.shape);
  transposeFp8(swapLastTwo(operand), copy, { stream });
  return copy;
}

/** Not initialised; every row starts at a multiple of 16 bytes. */
function kMajorMatrix(like: Tensor, shape: readonly number[]): Tensor {
  const [rows, columns] = [shape.at(-2)!, shape.at(-1)!];
  const pitch = alignUp(columns, pitchMultiple);
  const strides = shape.length === 3 ? [rows * pitch, pitch, 1] : [pitch, 1];
  return like.device.empty(shape, like.dtype, { strides, label: 'K-major operand' });
}

function swapLastTwo(operand: Tensor): Tensor {
  return operand.transpose(operand.shape.length - 2, operand.shape.length - 1);
}
