import { bf16GemmNt, fp8GemmNt } from '@dg/api';
import type { DenseProblem } from '../../../../packages/api/src/problem/gemm-problem.js';
import type { Recipe } from '../../../../packages/api/src/problem/recipe.js';
import { type GemmOutput, newGemmOutput, type OutputType } from '../inputs/gemm-output.js';
import { blockScaledTensor, normalTensor, tokenScaledTensor } from '../inputs/random-operands.js';
import { destroyAll } from '../inputs/tensor-views.js';
import type { DenseShape } from './dense-shapes.js';
import { operandBytes, outputBytes } from './gemm-bytes.js';
import type { GemmCase, GemmSet, InputPlace } from './gemm-case.js';
import { operandTypeOf } from './gemm-operation.js';
import { problemFields } from './problem-fields.js';
import { bf16Operands, fp8Operands } from './set-operands.js';

export type DenseOperation = 'fp8_nt_1d2d' | 'bf16_nt' | 'fp8_nt_1d1d_acc';

export interface DenseOutput {
  readonly outputType: OutputType;
  /** D is also C. */
  readonly accumulate: boolean;
}

const plain: DenseOutput = { outputType: 'bfloat16', accumulate: false };
const weightGradient: DenseOutput = { outputType: 'float32', accumulate: true };
const outputOf = { fp8_nt_1d2d: plain, bf16_nt: plain, fp8_nt_1d1d_acc: weightGradient } as const;
const recipeOf: Readonly<Record<DenseOperation, Recipe | undefined>> = {
  fp8_nt_1d2d: [1, 128, 128],
  bf16_nt: undefined,
  fp8_nt_1d1d_acc: [1, 1, 128],
};

/** D [M, N] = A [M, K] · B [N, K]ᵀ. */
export function denseGemm(
  op: DenseOperation,
  shape: DenseShape,
  { outputType, accumulate }: DenseOutput = outputOf[op],
): GemmCase {
  const [m, n, k] = shape;
  const recipe = recipeOf[op];
  const operandType = operandTypeOf(op);
  const problem: DenseProblem = {
    kind: 'dense',
    ...problemFields({ m, n, k }, recipe, outputType, accumulate),
  };
  return {
    op,
    shape,
    flop: 2 * m * n * k,
    bytes:
      operandBytes(operandType, m, k) +
      operandBytes(operandType, n, k, recipe?.[1]) +
      outputBytes(outputType, m * n, accumulate),
    problem,
    createSet: (place, seed) => {
      const output = newGemmOutput(place, [m, n], outputType, accumulate);
      return recipe === undefined
        ? bf16Set(place, shape, output, seed)
        : fp8Set(place, shape, recipe, output, seed);
    },
  };
}

function bf16Set(place: InputPlace, [m, n, k]: DenseShape, output: GemmOutput, seed: number): GemmSet {
  const { d, addend, reset } = output;
  const a = normalTensor(place, [m, k], 2 * seed);
  const b = normalTensor(place, [n, k], 2 * seed + 1);
  return {
    operands: bf16Operands(a, b, output),
    products: [{ a: { data: a, rowsPerScale: 1 }, b: { data: b, rowsPerScale: 1 }, d, addend }],
    callWith: (options) => {
      const all = { ...options, ...accumulation(output) };
      return () => bf16GemmNt(a, b, d, all);
    },
    resetOutput: reset,
    destroy: () => destroyAll([a, b, d]),
  };
}

function fp8Set(
  place: InputPlace,
  [m, n, k]: DenseShape,
  recipe: Recipe,
  output: GemmOutput,
  seed: number,
): GemmSet {
  const { d, addend, reset } = output;
  const scaledB = recipe[1] === 1 ? tokenScaledTensor : blockScaledTensor;
  const a = tokenScaledTensor(place, [m, k], 2 * seed);
  const b = scaledB(place, [n, k], 2 * seed + 1);
  return {
    operands: fp8Operands(a, b, output),
    products: [{ a: { ...a, rowsPerScale: 1 }, b: { ...b, rowsPerScale: recipe[1] }, d, addend }],
    callWith: (options) => {
      const all = { ...options, ...accumulation(output), recipe };
      return () => fp8GemmNt(a, b, d, all);
    },
    resetOutput: reset,
    destroy: () => destroyAll([a.data, a.scales, b.data, b.scales, d]),
  };
}

function accumulation({ c }: GemmOutput) {
  return c === undefined ? {} : { c };
}
