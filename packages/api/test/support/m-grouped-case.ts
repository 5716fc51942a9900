import type { SeededRandom } from '@dg/testing';
import type * as api from '../../src/index.js';
import type { DataKind, OutputLayout } from './gemm-case.js';
import type { OperandType } from './number-formats.js';

/** An M-grouped GEMM without its numbers. */
export interface MGroupedCase {
  readonly form: 'contiguous' | 'masked';
  readonly operandType: OperandType;
  readonly entry: 'nt' | 'nn';
  readonly groups: number;
  /** Rows of A and D in all (contiguous), or of each group (masked). */
  readonly m: number;
  readonly n: number;
  readonly k: number;
  readonly data: DataKind;
  readonly outputType: 'float32' | 'bfloat16';
  readonly majorA: 'k' | 'mn';
  readonly majorB: 'k' | 'mn';
  readonly scaleRowsB: 1 | 128;
  /** FP8: whether the recipe is given as an option, or found from the scales' shape; the latter when left out. */
  readonly recipeGiven?: boolean;
  /** Masked: what the call expects; all rows when left out. */
  readonly expectedM?: number;
  /** Drawn when left out. */
  readonly layoutD?: OutputLayout;
  /** Of contiguous calls, besides how they are enqueued. */
  readonly options?: api.MGroupedContiguousOptions;
}

/** What a drawn case has when nothing is said about it. */
export function completeMGrouped(
  random: SeededRandom,
  given: Partial<MGroupedCase> & Pick<MGroupedCase, 'form' | 'operandType' | 'groups' | 'm' | 'n' | 'k'>,
): MGroupedCase {
  const drawn = {
    entry: 'nt',
    data: random.pick(['normal', 'integers'] as const),
    outputType: random.pick(['float32', 'bfloat16'] as const),
    majorA: 'k',
    majorB: 'k',
    scaleRowsB: 128,
  } as const;
  return { ...drawn, ...given };
}
