import type { Tensor } from '@dg/runtime';

/**
 * Enqueues the filling of a contiguous bfloat16 tensor of an even element count with standard normal numbers; equal
 * seeds give equal numbers. Handed in, because only GPUs make hundreds of megabytes in no time.
 */
export type FillNormal = (tensor: Tensor<'bfloat16'>, seed: number) => void;
