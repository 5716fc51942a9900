import { enqueueTransposeFp8 } from './operands/transpose-fp8.js';
import { toMnMajorTmaAlignedIn } from './scales/to-mn-major-tma-aligned.js';

/** What @dg/api copies operands with before a GEMM. It has checked them: nothing here does. */
export const gemmCopies = { enqueueTransposeFp8, toMnMajorTmaAlignedIn } as const;
