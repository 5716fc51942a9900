/** A part of a GEMM that is a plain product, d = c + a·bᵀ, as positions in the memory of the whole. */
export interface Segment {
  /** Rows of a and d. */
  readonly m: number;
  readonly k: number;
  /** Which B, and which A, C and D where they have groups. */
  readonly group: number;
  /** First row in a and d, with their scales. */
  readonly row: number;
  /** First column in a and b; scales start at its block of 128. */
  readonly k0: number;
}
