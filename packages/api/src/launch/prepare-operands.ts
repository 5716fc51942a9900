import { gemmCopies } from '@dg/layout';
import { alignUp, Scratch, type Stream, type Tensor } from '@dg/runtime';
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
  readonly copies: readonly Tensor[];
}

/**
 * Enqueues what has to be copied first: scales into the layout that TMA reads, FP8 operands into the only major that WGMMA
 * takes.
 *
 * @param scratch the memory of the copies. Left out, each has a buffer of its own, which is the caller's to destroy.
 */
export function prepareOperands(
  problem: GemmProblem,
  operands: GemmOperands,
  stream: Stream,
  scratch = new Scratch(stream.device),
): PreparedOperands {
  if (problem.k === 0) return sumOfNothing(problem, operands, stream, scratch);
  if (problem.operandType === 'bfloat16') return { problem, operands, copies: [] };
  const { a, b, c, d, scalesA, scalesB, grouping } = operands;
  const { majorA, majorB } = problem;
  const kMajorA = toKMajor(a, majorA, stream, scratch);
  const kMajorB = toKMajor(b, majorB, stream, scratch);
  const alignedA = gemmCopies.toMnMajorTmaAlignedIn(scratch, scalesA!, stream);
  const alignedB =
    scaleRowsOfB(problem.recipe) === 1
      ? gemmCopies.toMnMajorTmaAlignedIn(scratch, scalesB!, stream)
      : scalesB;
  const prepared = { a: kMajorA, b: kMajorB, c, d, scalesA: alignedA, scalesB: alignedB, grouping };
  return { problem, operands: prepared, copies: copiesAmong(prepared, operands) };
}

function copiesAmong(prepared: GemmOperands, given: GemmOperands): Tensor[] {
  const copies: Tensor[] = [];
  if (prepared.a !== given.a) copies.push(prepared.a);
  if (prepared.b !== given.b) copies.push(prepared.b);
  if (prepared.scalesA !== given.scalesA) copies.push(prepared.scalesA!);
  if (prepared.scalesB !== given.scalesB) copies.push(prepared.scalesB!);
  return copies;
}

/** A tensor map cannot be empty: where K is 0, the product of zeros of the least K stands for the sum of nothing. */
function sumOfNothing(
  problem: GemmProblem,
  operands: GemmOperands,
  stream: Stream,
  scratch: Scratch,
): PreparedOperands {
  const zeros = (like: Tensor, shape: readonly number[], strides: readonly number[]): Tensor => {
    const copy = scratch.tensor(like.dtype, shape, strides);
    copy.fillZero({ stream });
    return copy;
  };
  const matrix = (like: Tensor) => {
    const shape = [...like.shape.slice(0, -1), leastK];
    return zeros(like, shape, kMajorStrides(shape));
  };
  const scales = (like: Tensor | undefined) => {
    if (like === undefined) return undefined;
    const column = alignUp(like.shape.at(-2)!, scaleColumnMultiple);
    const strides = like.shape.length === 3 ? [column, 1, column] : [1, column];
    return zeros(like, [...like.shape.slice(0, -1), 1], strides);
  };
  const { a, b, scalesA, scalesB } = operands;
  const prepared = {
    ...operands,
    a: matrix(a),
    b: matrix(b),
    scalesA: scales(scalesA),
    scalesB: scales(scalesB),
  };
  return {
    problem: { ...problem, k: leastK, majorA: 'k', majorB: 'k' },
    operands: prepared,
    copies: copiesAmong(prepared, operands),
  };
}

/** Blocks of K groups are K-major, and stay where they are: see group-maps.ts. */
function toKMajor(operand: Tensor, major: 'k' | 'mn', stream: Stream, scratch: Scratch): Tensor {
  if (major === 'k') return operand;
  const copy = kMajorMatrix(operand, operand.shape, scratch);
  gemmCopies.enqueueTransposeFp8(operand.transpose(), copy, stream);
  return copy;
}

/** Not initialised. */
function kMajorMatrix(like: Tensor, shape: readonly number[], scratch: Scratch): Tensor {
  return scratch.tensor(like.dtype, shape, kMajorStrides(shape));
}

/** Every row starts at a multiple of 16 bytes. */
function kMajorStrides(shape: readonly number[]): number[] {
  const rank = shape.length;
  const pitch = alignUp(shape[rank - 1]!, pitchMultiple);
  return rank === 3 ? [shape[1]! * pitch, pitch, 1] : [pitch, 1];
}
