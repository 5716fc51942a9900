/** How the elements of an operand lie in memory: the contiguous dimension. */
export type Major = 'k' | 'mn';

export type OutputType = 'bfloat16' | 'float32';

/** One GEMM, described without any memory: the key of everything that is decided before the launch. */
export interface GemmProblem {
  readonly kind: 'dense';
  readonly operandType: 'float8_e4m3fn' | 'bfloat16';
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly majorA: Major;
  readonly majorB: Major;
  readonly outputType: OutputType;
  /** True when C is given; C may be D itself. */
  readonly accumulate: boolean;
  /**
   * True when the tensor memory accelerator can store D: its rows start at multiples of 16 bytes, and are so many
   * bytes long, because a store is clipped to whole 16-byte units only (seen on the H200: N = 3 in float32 writes a
   * fourth column).
   */
  readonly tmaStorable: boolean;
}
