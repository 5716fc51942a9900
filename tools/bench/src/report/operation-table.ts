import type { GemmOperation } from '../gemms/gemm-operation.js';
import type { GemmRow } from '../result-row.js';

/** A ratio that a table shows: time of a peer over ours. */
export interface Ratio {
  readonly name: string;
  readonly of: (row: GemmRow) => number | undefined;
}

/** How the rows of an operation are shown. */
export interface OperationTable {
  readonly title: string;
  /** Names of the two columns that tell the shape; the first one is what means are taken by. */
  readonly columns: readonly [string, string];
  readonly cells: (shape: readonly number[]) => readonly [string, string];
  readonly ratios: readonly Ratio[];
}

const deepgemm: Ratio = { name: 'DeepGEMM', of: (row) => row.ratio_deepgemm };
const cublaslt: Ratio = { name: 'cuBLASLt', of: (row) => row.ratios.cublaslt };
const tensorwise: Ratio = { name: 'cuBLASLt tensorwise', of: (row) => row.ratios.tensorwise };
const torchGrouped: Ratio = { name: 'PyTorch grouped', of: (row) => row.ratios.torch_grouped };

type ShapeColumns = Pick<OperationTable, 'columns' | 'cells'>;

const dense: ShapeColumns = {
  columns: ['M', 'N×K'],
  cells: ([m, n, k]) => [`${m}`, `${n}×${k}`],
};
const mGrouped: ShapeColumns = {
  columns: ['groups×M', 'N×K'],
  cells: ([groups, m, n, k]) => [`${groups}×${m}`, `${n}×${k}`],
};
const kGrouped: ShapeColumns = {
  columns: ['groups×K', 'M×N'],
  cells: ([groups, m, n, k]) => [`${groups}×${k}`, `${m}×${n}`],
};

export const operationTables: Readonly<Record<GemmOperation, OperationTable>> = {
  fp8_nt_1d2d: {
    title: 'FP8 dense NT, per-token × per-block scales, BF16 out',
    ...dense,
    ratios: [deepgemm, cublaslt, tensorwise],
  },
  bf16_nt: { title: 'BF16 dense NT, BF16 out', ...dense, ratios: [deepgemm, cublaslt] },
  m_grouped_fp8_contiguous: { title: 'FP8 M-grouped contiguous NT', ...mGrouped, ratios: [deepgemm] },
  m_grouped_bf16_contiguous: {
    title: 'BF16 M-grouped contiguous NT',
    ...mGrouped,
    ratios: [deepgemm, torchGrouped],
  },
  m_grouped_fp8_masked: { title: 'FP8 M-grouped masked NT', ...mGrouped, ratios: [deepgemm] },
  k_grouped_fp8: { title: 'FP8 K-grouped, float32 D +=', ...kGrouped, ratios: [deepgemm] },
  k_grouped_bf16: { title: 'BF16 K-grouped, float32 D +=', ...kGrouped, ratios: [deepgemm] },
  fp8_nt_1d1d_acc: {
    title: 'FP8 dense weight gradient, scales per row × per row, float32 D +=',
    ...dense,
    ratios: [deepgemm],
  },
};
