import type { ScaledTensor } from '@dg/api';
import type { Tensor } from '@dg/runtime';
import type { GemmOperands } from '../../../../packages/api/src/problem/gemm-operands.js';
import type { GemmOutput } from '../inputs/gemm-output.js';

/** A [(G,) M, K] and B [(G,) N, K] with scales as the library has them after validation. */
export function fp8Operands(
  a: ScaledTensor,
  b: ScaledTensor,
  { d, c }: GemmOutput,
  grouping?: Tensor,
): GemmOperands {
  return { a: a.data, b: b.data, d, c, scalesA: a.scales, scalesB: b.scales, grouping };
}

export function bf16Operands(a: Tensor, b: Tensor, { d, c }: GemmOutput, grouping?: Tensor): GemmOperands {
  return { a, b, d, c, scalesA: undefined, scalesB: undefined, grouping };
}
