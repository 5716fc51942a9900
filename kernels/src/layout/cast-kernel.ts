import { configLiteral } from '../config-literal.js';
import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';
import type { CastConfig } from './cast-config.js';

/** What one CTA of a cast works on. */
export interface CastTile {
  readonly rows: number;
  readonly columns: number;
  /** Threads of the CTA. */
  readonly threads: number;
}

const rowGroupTile: CastTile = { rows: 32, columns: 128, threads: 256 };
const tileGroupTile: CastTile = { rows: 128, columns: 128, threads: 256 };

export function castTile(config: CastConfig): CastTile {
  return config.groupRows === 1 ? rowGroupTile : tileGroupTile;
}

/**
 * The FP8 cast of one configuration. Kernel parameters, in order (pitches and strides in elements):
 * x, int64 xBatchStride, int64 xPitch, q, int64 qBatchStride, int64 qPitch, scales, int64 scaleBatchStride,
 * int64 scaleRowStride, int64 scaleColumnStride, int64 rows, int64 columns, int64 qColumns, int64 scaleRows,
 * int64 scaleColumns, uint32 rowTiles, uint32 columnTiles.
 * One CTA per tile, columns first: grid (batches · rowTiles · columnTiles, 1, 1).
 */
export function castKernel(config: CastConfig): KernelSource {
  const { groupRows, groupColumns, float32Input, ue8m0, packed, aligned } = config;
  const variant = [
    float32Input ? 'float32' : 'bfloat16',
    ...(ue8m0 ? ['ue8m0'] : []),
    ...(packed ? ['packed'] : []),
    ...(aligned ? [] : ['unaligned']),
  ];
  return {
    name: `cast-${groupRows}x${groupColumns}-${variant.join('-')}`,
    entry: 'dg_cast',
    code: castCode(config, 'dg_cast'),
    includeRoots: [kernelIncludeRoot],
    strict: true,
  };
}

function castCode(config: CastConfig, entry: string): string {
  const tile = castTile(config);
  const [header, tileType, body] =
    config.groupRows === 1
      ? ['row_group_cast', 'RowGroupTile', 'row_group_cast']
      : ['tile_group_cast', 'TileGroupTile', 'tile_group_cast'];
  return `#include "dg/layout/${header}.cuh"

static_assert(dg::${tileType}::rows == ${tile.rows} && dg::${tileType}::columns == ${tile.columns} &&
              dg::${tileType}::threads == ${tile.threads}, "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${tile.threads})
    ${entry}(const void* x, dg::i64 x_batch_stride, dg::i64 x_pitch, dg::u8* q, dg::i64 q_batch_stride,
            dg::i64 q_pitch, void* scales, dg::i64 scale_batch_stride, dg::i64 scale_row_stride,
            dg::i64 scale_column_stride, dg::i64 rows, dg::i64 columns, dg::i64 q_columns, dg::i64 scale_rows,
            dg::i64 scale_columns, dg::u32 row_tiles, dg::u32 column_tiles) {
  constexpr dg::CastConfig config = ${configLiteral({ ...config })};
  dg::${body}<config>({x, x_batch_stride, x_pitch, q, q_batch_stride, q_pitch, scales, scale_batch_stride,
                       scale_row_stride, scale_column_stride, rows, columns, q_columns, scale_rows, scale_columns,
                       row_tiles, column_tiles});
}
`;
}
