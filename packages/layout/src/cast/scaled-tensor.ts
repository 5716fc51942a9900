import type { Tensor } from '@dg/runtime';

/** A matrix in FP8 and what its groups of elements are multiplied by to give the values meant. */
export interface ScaledTensor {
  readonly data: Tensor<'float8_e4m3fn'>;
  readonly scales: Tensor<'float32'>;
}
