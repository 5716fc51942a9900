import type { GemmConfig } from './gemm-config.js';
import { mmaColumns } from './shared-memory.js';

// Pieces of CUDA C++ that the sources of all GEMM kernels have.

/** The header, told how many columns the kernel's instructions have: it can do without those of other widths. */
export function includeGemm(header: string, config: GemmConfig, hasRowScales: boolean): string {
  return `#define DG_MMA_COLUMNS ${mmaColumns(config, hasRowScales)}\n#include "dg/gemm/${header}"`;
}

export function isGrouped({ grouping = 'dense' }: GemmConfig): boolean {
  return grouping !== 'dense';
}

/** Parameters that only grouped kernels have, after the others. */
export function groupParameters(config: GemmConfig): string {
  if (!isGrouped(config)) return '';
  return `, i64 d_stride_group, i64 c_stride_group, const i32* grouping, u32 groups,\n                 u32 alignment`;
}

/** A `TileSpace`. */
export function tileSpace(config: GemmConfig): string {
  const groups = !isGrouped(config) ? 'nullptr, 1, 1' : 'grouping, groups, alignment';
  return `{m, n, k, raster_rows, ${groups}}`;
}

/** An `Epilogue`. */
export function epilogue(config: GemmConfig): string {
  const strides = isGrouped(config) ? 'd_stride_group, c_stride_group' : '0, 0';
  return `{d_map, {d, d_pitch, m, n}, {c, c_pitch, m, n}, ${strides}}`;
}
