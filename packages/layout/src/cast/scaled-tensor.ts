import type { Tensor } from '@dg/runtime';
import type { ScaleType } from '../scales/new-mn-major-tensor.js';

/**
 * A matrix in FP8, or a batch of them, and what its groups of elements are multiplied by to give the values meant:
 * float32, or ue8m0 codes packed in int32.
 */
export interface ScaledTensor<S extends ScaleType = 'float32'> {
  readonly data: Tensor<'float8_e4m3fn'>;
  readonly scales: Tensor<S>;
}
