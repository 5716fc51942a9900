import type { Tensor } from '@dg/runtime';

/** A scale tensor [(G,) mn, k] as three dimensions. Strides in elements. */
export interface ScaleExtents {
  readonly batches: number;
  readonly mn: number;
  readonly k: number;
  readonly batchStride: number;
  readonly mnStride: number;
  readonly kStride: number;
}

export function scaleExtents(scales: Tensor): ScaleExtents {
  const last = scales.rank - 1;
  return {
    batches: scales.rank === 3 ? scales.shape[0]! : 1,
    mn: scales.shape[last - 1]!,
    k: scales.shape[last]!,
    batchStride: scales.rank === 3 ? scales.strides[0]! : 0,
    mnStride: scales.strides[last - 1]!,
    kStride: scales.strides[last]!,
  };
}
