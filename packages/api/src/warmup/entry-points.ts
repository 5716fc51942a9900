import type { GemmProblem } from '../problem/gemm-problem.js';

/** What an entry point says of its problems, besides their sizes. */
export interface EntryPoint {
  readonly kind: GemmProblem['kind'];
  readonly operandType: GemmProblem['operandType'];
  /** The order of the dimensions: N is [M, K] for A and [K, N] for B, T the other way round. */
  readonly form: 'nt' | 'nn' | 'tn' | 'tt';
  /** K-grouped only. */
  readonly storage?: 'matrix' | 'blocks';
}

const fp8 = 'float8_e4m3fn';
const bf16 = 'bfloat16';

/** Every GEMM of this package, by its name. */
export const entryPoints = {
  fp8GemmNt: { kind: 'dense', operandType: fp8, form: 'nt' },
  fp8GemmNn: { kind: 'dense', operandType: fp8, form: 'nn' },
  fp8GemmTn: { kind: 'dense', operandType: fp8, form: 'tn' },
  fp8GemmTt: { kind: 'dense', operandType: fp8, form: 'tt' },
  bf16GemmNt: { kind: 'dense', operandType: bf16, form: 'nt' },
  bf16GemmNn: { kind: 'dense', operandType: bf16, form: 'nn' },
  bf16GemmTn: { kind: 'dense', operandType: bf16, form: 'tn' },
  bf16GemmTt: { kind: 'dense', operandType: bf16, form: 'tt' },
  mGroupedFp8GemmNtContiguous: { kind: 'm-grouped-contiguous', operandType: fp8, form: 'nt' },
  mGroupedFp8GemmNnContiguous: { kind: 'm-grouped-contiguous', operandType: fp8, form: 'nn' },
  mGroupedBf16GemmNtContiguous: { kind: 'm-grouped-contiguous', operandType: bf16, form: 'nt' },
  mGroupedBf16GemmNnContiguous: { kind: 'm-grouped-contiguous', operandType: bf16, form: 'nn' },
  mGroupedFp8GemmNtMasked: { kind: 'm-grouped-masked', operandType: fp8, form: 'nt' },
  mGroupedBf16GemmNtMasked: { kind: 'm-grouped-masked', operandType: bf16, form: 'nt' },
  kGroupedFp8GemmTnContiguous: { kind: 'k-grouped', operandType: fp8, form: 'tn', storage: 'matrix' },
  kGroupedFp8GemmNtContiguous: { kind: 'k-grouped', operandType: fp8, form: 'nt', storage: 'blocks' },
  kGroupedBf16GemmTnContiguous: { kind: 'k-grouped', operandType: bf16, form: 'tn', storage: 'matrix' },
} as const satisfies Record<string, EntryPoint>;

export type EntryPointName = keyof typeof entryPoints;

export const entryPointNames = Object.keys(entryPoints) as readonly EntryPointName[];
