import type { Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { scaleRowsOfB } from '../problem/recipe.js';
import { type DecodePanel, decodeBfloat16Panel, decodeE4m3Panel, panelDepth } from './decode-panel.js';
import { type HostMatrices, type HostMatrix, hostMatrices, matrixFrom } from './host-matrix.js';
import { multiplyPanels, tileRowsA, tileRowsB } from './multiply-panels.js';
import { type OutputMatrices, type OutputMatrix, outputMatrices } from './output-matrix.js';
import { prepareSegments } from './prepare-segments.js';
import type { Segment } from './segment.js';
import { storeOutput } from './store-output.js';

type Accumulator = Float32Array | Float64Array;

/**
 * The reference of NUMERICS on the cpu device, as work to be enqueued. Views of the memory are taken now,
 * so that a captured graph finds it alive; contents, also those that say which rows belong to which group, are read when
 * the work runs. A GEMM of any kind is a list of plain products, one for each group or segment.
 *
 * FP8: 128 products of e4m3 numbers sum exactly in float64. Each such partial sum is multiplied by
 * sfa·sfb in float64 and added to a float32 accumulator with one rounding. That is at most half a float32
 * ulp of the running sum per 128 of K.
 * BF16: products and sums in float64, rounded once at the end.
 */
export function prepareReferenceGemm(problem: GemmProblem, operands: GemmOperands): () => void {
  const { n } = problem;
  const segmentsOf = prepareSegments(problem, operands.grouping);
  const c = operands.c === undefined ? undefined : outputMatrices(operands.c);
  const d = outputMatrices(operands.d);
  const isFp8 = problem.operandType === 'float8_e4m3fn';
  const addProduct = isFp8 ? prepareFp8(problem, operands) : prepareBfloat16(problem, operands);
  const pitch = roundUp(n, tileRowsB);

  return () => {
    for (const segment of segmentsOf()) {
      const length = roundUp(segment.m, tileRowsA) * pitch;
      const accumulator = isFp8 ? new Float32Array(length) : new Float64Array(length);
      addProduct(segment, accumulator);
      const partOf = (matrices: OutputMatrices): OutputMatrix =>
        matrixFrom<Float32Array | Uint16Array>(matrices, segment.group, segment.row, 0) as OutputMatrix;
      storeOutput(accumulator, pitch, segment.m, n, c === undefined ? undefined : partOf(c), partOf(d));
    }
  };
}

type AddProduct = (segment: Segment, accumulator: Accumulator) => void;

function prepareFp8(problem: GemmProblem, operands: GemmOperands): AddProduct {
  const a = prepareOperand(problem, operands.a, Uint8Array, problem.m);
  const b = prepareOperand(problem, operands.b, Uint8Array, problem.n);
  const scalesA = hostMatrices(operands.scalesA!, Float32Array);
  const scalesB = hostMatrices(operands.scalesB!, Float32Array);
  const rowsPerScale = scaleRowsOfB(problem.recipe);
  return (segment, accumulator) => {
    const { group, row, k0 } = segment;
    const segmentScalesA = matrixFrom(scalesA, group, row, k0 / panelDepth);
    const segmentScalesB = matrixFrom(scalesB, group, 0, k0 / panelDepth);
    const readScales = (block: number, ofA: Float64Array, ofB: Float64Array) => {
      readColumn(segmentScalesA, block, segment.m, 1, ofA);
      readColumn(segmentScalesB, block, problem.n, rowsPerScale, ofB);
    };
    addBlocks(segment, problem.n, a(segment, row), b(segment, 0), decodeE4m3Panel, readScales, accumulator);
  };
}

function prepareBfloat16(problem: GemmProblem, operands: GemmOperands): AddProduct {
  const a = prepareOperand(problem, operands.a, Uint16Array, problem.m);
  const b = prepareOperand(problem, operands.b, Uint16Array, problem.n);
  const unscaled = (_block: number, ofA: Float64Array, ofB: Float64Array) => {
    ofA.fill(1);
    ofB.fill(1);
  };
  return (segment, accumulator) => {
    const [partA, partB] = [a(segment, segment.row), b(segment, 0)];
    addBlocks(segment, problem.n, partA, partB, decodeBfloat16Panel, unscaled, accumulator);
  };
}

/** The part of A or B, with `mn` rows in all, that a segment multiplies, from a row on. */
function prepareOperand<T>(
  problem: GemmProblem,
  tensor: Tensor,
  view: Parameters<typeof hostMatrices<T>>[1],
  mn: number,
): (segment: Segment, row: number) => HostMatrix<T> {
  const matrices: HostMatrices<T> = hostMatrices(tensor, view);
  if (problem.kind === 'k-grouped' && problem.storage === 'blocks') {
    return ({ k, k0 }) => ({ ...matrices, offset: matrices.offset + mn * k0, rowStride: k, columnStride: 1 });
  }
  return ({ group, k0 }, row) => matrixFrom(matrices, group, row, k0);
}

/** Adds the product of each 128-wide block of K, in ascending order. */
function addBlocks<T>(
  { m, k }: Segment,
  n: number,
  a: HostMatrix<T>,
  b: HostMatrix<T>,
  decodePanel: DecodePanel<T>,
  readScales: (block: number, ofA: Float64Array, ofB: Float64Array) => void,
  accumulator: Accumulator,
): void {
  const rowsA = roundUp(m, tileRowsA);
  const rowsB = roundUp(n, tileRowsB);
  const panelA = new Float64Array(rowsA * panelDepth);
  const panelB = new Float64Array(rowsB * panelDepth);
  const scalesA = new Float64Array(rowsA);
  const scalesB = new Float64Array(rowsB);
  for (let k0 = 0; k0 < k; k0 += panelDepth) {
    const depth = Math.min(panelDepth, k - k0);
    decodePanel(a, m, k0, depth, panelA);
    decodePanel(b, n, k0, depth, panelB);
    readScales(k0 / panelDepth, scalesA, scalesB);
    multiplyPanels(panelA, panelB, rowsA, rowsB, depth, scalesA, scalesB, accumulator);
  }
}

/** Copies one column, each entry repeated for `repeat` rows. */
function readColumn(
  matrix: HostMatrix<Float32Array>,
  column: number,
  rows: number,
  repeat: number,
  target: Float64Array,
): void {
  const first = matrix.offset + column * matrix.columnStride;
  for (let row = 0; row < rows; row++) {
    target[row] = matrix.elements[first + Math.floor(row / repeat) * matrix.rowStride]!;
  }
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
