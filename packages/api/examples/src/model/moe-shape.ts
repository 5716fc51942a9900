/** The sizes of a mixture-of-experts layer. */
export interface MoeShape {
  /** Of a token. */
  readonly hidden: number;
  /** Between the two projections of one expert. */
  readonly intermediate: number;
  readonly experts: number;
}

/** The side of the blocks of a weight that share a scale. */
export const weightBlock = 128;
