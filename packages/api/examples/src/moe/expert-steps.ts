import type { ScaledTensor } from '@dg/api';
import type { Stream, Tensor } from '@dg/runtime';
import type { MoeShape } from '../model/moe-shape.js';
import { combineRows } from '../operations/combine-rows.js';
import { dispatchTokens } from '../operations/dispatch-tokens.js';
import { type ScaledRows, scaledColumns } from '../operations/scaled-rows.js';
import { swigluCast } from '../operations/swiglu-cast.js';
import type { Step } from '../report/step.js';
import type { MoePass } from './moe-pass.js';
import type { MoeWeights } from './moe-weights.js';

/** D = A·Bᵀ for the rows of each expert: where the two ways of running the layer differ. */
export type GroupedGemm = (a: ScaledRows, b: ScaledTensor, d: Tensor<'bfloat16'>, stream: Stream) => void;

/**
 * From the tokens in FP8 and the rows of their choices to the layer's output.
 *
 * @param counts int32 [groups], how many rows of each group are used; undefined when all may be.
 */
export function expertSteps(
  weights: MoeWeights,
  pass: MoePass,
  counts: Tensor<'int32'> | undefined,
  gemm: GroupedGemm,
): Step[] {
  const { shape } = weights;
  const { hidden, intermediate } = shape;
  const { routing, tokens, dispatched, gateUp, activated, expertRows, out } = pass;
  const choices = routing.tokens * routing.topK;
  const scaledBytes = (columns: number) => choices * columns * (1 + 4 / scaledColumns);
  return [
    {
      name: 'dispatch',
      shape: `${choices} x ${hidden}`,
      operations: 0,
      bytes: 2 * scaledBytes(hidden),
      enqueue: (stream) => dispatchTokens(tokens, routing, dispatched, stream),
    },
    {
      name: 'gate and up GEMM',
      ...gemmWork(shape, choices, 2 * intermediate, hidden),
      enqueue: (stream) => gemm(dispatched, weights.gateUp, gateUp, stream),
    },
    {
      name: 'SwiGLU, cast',
      shape: `${choices} x ${intermediate}`,
      operations: 0,
      bytes: 4 * choices * intermediate + scaledBytes(intermediate),
      enqueue: (stream) => swigluCast(gateUp, counts, activated, stream),
    },
    {
      name: 'down GEMM',
      ...gemmWork(shape, choices, hidden, intermediate),
      enqueue: (stream) => gemm(activated, weights.down, expertRows, stream),
    },
    {
      name: 'weighted return',
      shape: `${routing.tokens} x ${hidden}`,
      operations: 0,
      bytes: 2 * (choices + routing.tokens) * hidden,
      enqueue: (stream) => combineRows(expertRows, routing, out, stream),
    },
  ];
}

/** Of all experts together; their weights are read once. */
function gemmWork({ experts }: MoeShape, m: number, n: number, k: number) {
  return {
    shape: `${m} x ${n} x ${k}`,
    operations: 2 * m * n * k,
    bytes: experts * n * k + m * k + 2 * m * n,
  };
}
