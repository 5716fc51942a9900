import type { OutputType } from '../problem/gemm-problem.js';
import type { Recipe } from '../problem/recipe.js';
import type { EntryPointName } from './entry-points.js';
import type { Extent } from './extent.js';

/**
 * Calls of one entry point, which are to find their kernels compiled: every combination of the sizes and kinds that are
 * given. With tensors as `device.empty` makes them for the shapes of the entry point, and with the default options but
 * for what is said here.
 */
export interface WarmupOperation {
  readonly operation: EntryPointName;
  /** Rows of D; of a masked GEMM, the most that a group can have. */
  readonly m: Extent;
  readonly n: Extent;
  /** Of a K-grouped GEMM, the sum over the groups. */
  readonly k: Extent;
  /** Of grouped GEMMs only, which need it. */
  readonly groups?: Extent;
  /** Of masked GEMMs only: what calls pass. Left out, anything from 1 to M. */
  readonly expectedM?: Extent;
  /** Types of D. Left out, all that the operation can write. */
  readonly d?: OutputType | readonly OutputType[];
  /** Whether calls pass C. Left out, with and without it where the operation takes it. */
  readonly c?: boolean;
  /** Of FP8. Left out, the default of the operation. */
  readonly recipe?: Recipe | readonly Recipe[];
  /** `any`: also views, padded rows and tensors that start anywhere, which take more kernels. Default `contiguous`. */
  readonly layout?: 'contiguous' | 'any';
  /** Of M-grouped contiguous GEMMs: what is set or passed. Default 128. */
  readonly mkAlignment?: Extent;
  /** What is set or passed. Default: all of the device's. */
  readonly numSms?: Extent;
  /** What is set or passed. Default: the fitted one. */
  readonly tcUtil?: number;
}
