import type { Tensor } from '@dg/runtime';

/** A scale tensor [(G,) mn, k] as three dimensions. Strides in elements. */
export interface MnMajorCopyExtents {
  readonly batches: number;
  readonly mn: number;
  readonly k: number;
  readonly batchStride: number;
  readonly mnStride: number;
  readonly kStride: number;
}

export function mnMajorCopyExtents(source: Tensor): MnMajorCopyExtents {
  const last = source.rank - 1;
  return {
    batches: source.rank === 3 ? source.shape[0]! : 1,
    mn: source.shape[last - 1]!,
    k: source.shape[last]!,
    batchStride: source.rank === 3 ? source.strides[0]! : 0,
    mnStride: source.strides[last - 1]!,
    kStride: source.strides[last]!,
  };
}
