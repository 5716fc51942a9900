import type { Recipe } from './recipe.js';

/** How the elements of an operand lie in memory: the contiguous dimension. */
export type Major = 'k' | 'mn';

export type OutputType = 'bfloat16' | 'float32';

/** How `groupedLayout` tells the rows of the groups: a group for each row, or an end offset for each group. */
export type ContiguousLayout = 'rows' | 'psum';

/** What every kind has. Operands are NT, whatever the entry point: A is [M, K] and B is [N, K]. */
interface GemmProblemBase {
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
   * True when the tensor memory accelerator can store D: its rows (and groups) start at multiples of 16 bytes, and
   * rows are so many bytes long, because a store is clipped to whole 16-byte units only (seen on the H200: N = 3 in
   * float32 writes a fourth column).
   */
  readonly tmaStorable: boolean;
  /** FP8 only; [1, 128, 128] when left out. */
  readonly recipe?: Recipe | undefined;
}

export interface DenseProblem extends GemmProblemBase {
  readonly kind: 'dense';
}

/** A [M, K] in segments of rows, one for each group at most; B [G, N, K]; D [M, N]. */
export interface MGroupedContiguousProblem extends GemmProblemBase {
  readonly kind: 'm-grouped-contiguous';
  readonly groups: number;
  readonly layout: ContiguousLayout;
  /** Every segment starts at a multiple of so many rows. */
  readonly mkAlignment: number;
}

/** A [G, M, K], B [G, N, K], D [G, M, N]: `m` is the most rows that a group can have. */
export interface MGroupedMaskedProblem extends GemmProblemBase {
  readonly kind: 'm-grouped-masked';
  readonly groups: number;
  /** Rows that a group is expected to have, from 1 to M. Results do not depend on it. */
  readonly expectedM: number;
}

/** A [M, ΣK], B [N, ΣK], D [G, M, N]: `k` is ΣK, of which each group has a range. */
export interface KGroupedProblem extends GemmProblemBase {
  readonly kind: 'k-grouped';
  readonly groups: number;
  /**
   * `matrix`: A and B are strided matrices over ΣK. `blocks`: one-dimensional memory, in which the K-major matrices
   * [M, ks[g]] and [N, ks[g]] of the groups lie end to end.
   */
  readonly storage: 'matrix' | 'blocks';
}

/** One GEMM, described without any memory: the key of everything that is decided before the launch. */
export type GemmProblem = DenseProblem | MGroupedContiguousProblem | MGroupedMaskedProblem | KGroupedProblem;

/** How many matrices B, or D, holds. */
export function groupsOf(problem: GemmProblem): number {
  return problem.kind === 'dense' ? 1 : problem.groups;
}
