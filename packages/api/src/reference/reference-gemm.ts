import type { Tensor } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { type DecodePanel, decodeBfloat16Panel, decodeE4m3Panel, panelDepth } from './decode-panel.js';
import { type HostMatrix, hostMatrix } from './host-matrix.js';
import { multiplyPanels, tileRowsA, tileRowsB } from './multiply-panels.js';
import { storeOutput } from './store-output.js';

/** Rows of B that share one scale. */
const scaleBlockRowsB = 128;

/**
 * The reference of NUMERICS on the cpu device, as work to be enqueued. Views of the memory are taken now,
 * so that a captured graph finds it alive; contents are read when the work runs.
 *
 * FP8: 128 products of e4m3 numbers sum exactly in float64. Each such partial sum is multiplied by
 * sfa·sfb in float64 and added to a float32 accumulator with one rounding. That is at most half a float32
 * ulp of the running sum per 128 of K.
 * BF16: products and sums in float64, rounded once at the end.
 */
export function prepareReferenceGemm(problem: GemmProblem, operands: GemmOperands): () => void {
  const { m, n } = problem;
  const c = operands.c === undefined ? undefined : outputMatrix(operands.c);
  const d = outputMatrix(operands.d);
  const addProduct =
    problem.operandType === 'float8_e4m3fn'
      ? prepareFp8(problem, operands)
      : prepareBfloat16(problem, operands);
  const pitch = roundUp(n, tileRowsB);
  const newAccumulator = problem.operandType === 'float8_e4m3fn' ? newFloat32s : newFloat64s;

  return () => {
    const accumulator = newAccumulator(roundUp(m, tileRowsA) * pitch);
    addProduct(accumulator);
    storeOutput(accumulator, pitch, m, n, c, d);
  };
}

type AddProduct = (accumulator: Float32Array | Float64Array) => void;

function prepareFp8(problem: GemmProblem, operands: GemmOperands): AddProduct {
  const a = hostMatrix(operands.a, Uint8Array);
  const b = hostMatrix(operands.b, Uint8Array);
  const scalesA = hostMatrix(operands.scalesA!, Float32Array);
  const scalesB = hostMatrix(operands.scalesB!, Float32Array);
  const readScales = (block: number, ofA: Float64Array, ofB: Float64Array) => {
    readColumn(scalesA, block, problem.m, 1, ofA);
    readColumn(scalesB, block, problem.n, scaleBlockRowsB, ofB);
  };
  return (accumulator) => addBlocks(problem, a, b, decodeE4m3Panel, readScales, accumulator);
}

function prepareBfloat16(problem: GemmProblem, operands: GemmOperands): AddProduct {
  const a = hostMatrix(operands.a, Uint16Array);
  const b = hostMatrix(operands.b, Uint16Array);
  const unscaled = (_block: number, ofA: Float64Array, ofB: Float64Array) => {
    ofA.fill(1);
    ofB.fill(1);
  };
  return (accumulator) => addBlocks(problem, a, b, decodeBfloat16Panel, unscaled, accumulator);
}

/** Adds the product of each 128-wide block of K, in ascending order. */
function addBlocks<T>(
  { m, n, k }: GemmProblem,
  a: HostMatrix<T>,
  b: HostMatrix<T>,
  decodePanel: DecodePanel<T>,
  readScales: (block: number, ofA: Float64Array, ofB: Float64Array) => void,
  accumulator: Float32Array | Float64Array,
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

function outputMatrix(tensor: Tensor): HostMatrix<Float32Array> | HostMatrix<Uint16Array> {
  return tensor.dtype === 'float32' ? hostMatrix(tensor, Float32Array) : hostMatrix(tensor, Uint16Array);
}

function newFloat32s(length: number): Float32Array {
  return new Float32Array(length);
}

function newFloat64s(length: number): Float64Array {
  return new Float64Array(length);
}

function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
