import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** A CTA transposes a square of this many elements a side. */
export const fp8TransposeTileEdge = 128;
/** Threads of a CTA. */
export const fp8TransposeThreads = 256;

/**
 * FP8 [batches, rows, columns] with contiguous columns → [batches, columns, rows] with contiguous rows. Kernel
 * parameters, in order (strides in elements): source, int64 sourceBatchStride, int64 sourcePitch, destination,
 * int64 destinationBatchStride, int64 destinationPitch, int64 rows, int64 columns, uint32 rowTiles,
 * uint32 columnTiles, uint32 sourceAligned (1 when its rows start at multiples of 16 bytes, as those of the
 * destination must).
 * Grid (columnTiles · rowTiles · batches, 1, 1).
 */
export const fp8TransposeKernel: KernelSource = {
  name: 'fp8-transpose',
  entry: 'dg_fp8_transpose',
  code: `#include "dg/layout/fp8_transpose.cuh"

static_assert(dg::Fp8TransposeTile::edge == ${fp8TransposeTileEdge} && dg::Fp8TransposeTile::threads == ${fp8TransposeThreads},
              "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${fp8TransposeThreads})
    dg_fp8_transpose(const dg::u8* source, dg::i64 source_batch_stride, dg::i64 source_pitch, dg::u8* destination,
                     dg::i64 destination_batch_stride, dg::i64 destination_pitch, dg::i64 rows, dg::i64 columns,
                     dg::u32 row_tiles, dg::u32 column_tiles, dg::u32 source_aligned) {
  dg::fp8_transpose({source, source_batch_stride, source_pitch, destination, destination_batch_stride,
                     destination_pitch, rows, columns, row_tiles, column_tiles, source_aligned});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
