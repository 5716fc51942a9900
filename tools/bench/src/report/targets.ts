import type { GemmOperation } from '../gemms/gemm-operation.js';
import { type GemmRow, isGemmRow, isHostRow, isMemoryRow, type ResultRow } from '../result-row.js';

/** What the library is to reach: ratios, peer time over ours, in geometric mean and in the worst row. */
export interface RatioTarget {
  readonly name: string;
  readonly against: string;
  readonly mean: number;
  readonly worst: number;
  /** The ratio of a row that the target is about: null where its peer was not measured; undefined for other rows. */
  readonly ratioOf: (row: ResultRow) => number | null | undefined;
}

/** Host time of every warm call, in microseconds. */
export const hostCallTarget = { us: 5, aimUs: 3 };

const anyRow = () => true;
/** M, or the mean M of groups. */
const rowsAtMost = (most: number) => (row: GemmRow) => row.shape[0]! <= most;
const rowsAtLeast = (least: number) => (row: GemmRow) => row.shape[0]! >= least;
const meanRows = (row: GemmRow) => row.shape[1]!;

export const ratioTargets: readonly RatioTarget[] = [
  {
    name: 'FP8 dense, M ≤ 128',
    against: 'DeepGEMM',
    mean: 1.4,
    worst: 1,
    ratioOf: ofGemms(['fp8_nt_1d2d'], rowsAtMost(128), deepgemm),
  },
  {
    name: 'FP8 dense, M ≥ 1024',
    against: 'DeepGEMM',
    mean: 1.1,
    worst: 1,
    ratioOf: ofGemms(['fp8_nt_1d2d'], rowsAtLeast(1024), deepgemm),
  },
  {
    name: 'FP8 dense, all M',
    against: 'cuBLASLt with one scale per tensor',
    mean: 1.05,
    worst: 0.95,
    ratioOf: ofGemms(['fp8_nt_1d2d'], anyRow, ({ ratios }) => ratios.tensorwise),
  },
  {
    name: 'BF16 dense, all M',
    against: 'the better of DeepGEMM and cuBLASLt',
    mean: 1.08,
    worst: 0.98,
    ratioOf: ofGemms(['bf16_nt'], anyRow, betterOfBoth),
  },
  {
    name: 'M-grouped contiguous, FP8 and BF16',
    against: 'DeepGEMM',
    mean: 1.05,
    worst: 1,
    ratioOf: ofGemms(['m_grouped_fp8_contiguous', 'm_grouped_bf16_contiguous'], anyRow, deepgemm),
  },
  {
    name: 'M-grouped masked, mean M = 20',
    against: 'DeepGEMM',
    mean: 1.15,
    worst: 1,
    ratioOf: ofGemms(['m_grouped_fp8_masked'], (row) => meanRows(row) === 20, deepgemm),
  },
  {
    name: 'M-grouped masked, mean M ≥ 192',
    against: 'DeepGEMM',
    mean: 1.08,
    worst: 1,
    ratioOf: ofGemms(['m_grouped_fp8_masked'], (row) => meanRows(row) >= 192, deepgemm),
  },
  {
    name: 'K-grouped FP8 and dense weight gradient',
    against: 'DeepGEMM',
    mean: 1.25,
    worst: 1.1,
    ratioOf: ofGemms(['k_grouped_fp8', 'fp8_nt_1d1d_acc'], anyRow, deepgemm),
  },
  {
    name: 'K-grouped BF16',
    against: 'DeepGEMM',
    mean: 1.08,
    worst: 1,
    ratioOf: ofGemms(['k_grouped_bf16'], anyRow, deepgemm),
  },
  {
    name: 'casts, transposes, scale packing (≥ 64 MB)',
    against: 'the bandwidth of a copy',
    mean: 0.85,
    worst: 0.75,
    ratioOf: (row) => (isMemoryRow(row) ? (row.ratio_copy ?? null) : undefined),
  },
];

export function isHostCall(row: ResultRow): boolean {
  return isHostRow(row) && row.op === 'host_call';
}

function ofGemms(
  ops: readonly GemmOperation[],
  isMeant: (row: GemmRow) => boolean,
  ratio: (row: GemmRow) => number | undefined,
): RatioTarget['ratioOf'] {
  return (row) => (isGemmRow(row) && ops.includes(row.op) && isMeant(row) ? (ratio(row) ?? null) : undefined);
}

function deepgemm(row: GemmRow): number | undefined {
  return row.ratio_deepgemm;
}

/** The peer that is faster is the one that the ratio is lower to. */
function betterOfBoth({ ratio_deepgemm, ratios: { cublaslt } }: GemmRow): number | undefined {
  if (ratio_deepgemm === undefined || cublaslt === undefined) return undefined;
  return Math.min(ratio_deepgemm, cublaslt);
}
