import type { Stream, Tensor } from '@dg/runtime';

/** Scales of one packing, validated, with its memory. */
export interface PackProblem {
  /** float32 [(G,) ceilDiv(mn, rowsPerScale), k], any strides. */
  readonly source: Tensor<'float32'>;
  readonly rowsPerScale: number;
  /** [(G,) mn, words], MN-major and TMA-aligned. */
  readonly destination: Tensor<'int32'>;
  /** Up to a power of two. */
  readonly round: boolean;
  /** K is divided into groups, each of which starts a new word. */
  readonly groups?: ScaleGroups;
  readonly stream: Stream;
}

export interface ScaleGroups {
  /** Elements of K in each group. */
  readonly ks: Tensor<'int32'>;
  readonly kPerScale: number;
}

/** Codes of K-blocks in one int32. */
export const codesPerWord = 4;
