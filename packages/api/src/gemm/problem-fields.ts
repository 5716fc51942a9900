import type { Tensor } from '@dg/runtime';
import type { GemmProblem, Major, OutputType } from '../problem/gemm-problem.js';
import { majorOf } from '../validation/major-of.js';

// One function for each, as to spread an object of them into a problem costs microseconds on every call.

export function operandTypeOf(operand: Tensor): GemmProblem['operandType'] {
  return operand.dtype === 'bfloat16' ? 'bfloat16' : 'float8_e4m3fn';
}

export function outputTypeOf(d: Tensor): OutputType {
  return d.dtype === 'bfloat16' ? 'bfloat16' : 'float32';
}

/** As `majorOf`; one-dimensional blocks are K-major. */
export function operandMajorOf(operand: Tensor): Major {
  return operand.rank === 1 ? 'k' : majorOf(operand);
}
