import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** A CTA copies a square of this many scales a side. */
export const mnMajorCopyTileEdge = 32;
/** Threads of a CTA. */
export const mnMajorCopyThreads = 256;

/**
 * float32 [batches, mn, k] of any strides → MN-major TMA-aligned. Kernel parameters, in order (strides in elements):
 * source, int64 batchStride, int64 mnStride, int64 kStride, destination, int64 mn, int64 alignedMn, int64 k,
 * uint32 mnTiles, uint32 kTiles.
 * Grid (mnTiles · kTiles · batches, 1, 1), with mnTiles covering alignedMn.
 */
export const mnMajorCopyKernel: KernelSource = {
  name: 'mn-major-copy',
  entry: 'dg_mn_major_copy',
  code: `#include "dg/layout/mn_major_copy.cuh"

static_assert(dg::MnMajorCopyTile::edge == ${mnMajorCopyTileEdge} && dg::MnMajorCopyTile::threads == ${mnMajorCopyThreads},
              "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${mnMajorCopyThreads})
    dg_mn_major_copy(const float* source, dg::i64 batch_stride, dg::i64 mn_stride, dg::i64 k_stride, float* destination,
                     dg::i64 mn, dg::i64 aligned_mn, dg::i64 k, dg::u32 mn_tiles, dg::u32 k_tiles) {
  dg::mn_major_copy({source, batch_stride, mn_stride, k_stride, destination, mn, aligned_mn, k, mn_tiles, k_tiles});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
