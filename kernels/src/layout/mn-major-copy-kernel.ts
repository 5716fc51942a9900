import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** What one CTA copies. */
export const mnMajorCopyTile = { mn: 128, k: 32, threads: 256 } as const;

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

static_assert(dg::MnMajorCopyTile::mn == ${mnMajorCopyTile.mn} && dg::MnMajorCopyTile::k == ${mnMajorCopyTile.k} &&
              dg::MnMajorCopyTile::threads == ${mnMajorCopyTile.threads}, "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${mnMajorCopyTile.threads})
    dg_mn_major_copy(const float* source, dg::i64 batch_stride, dg::i64 mn_stride, dg::i64 k_stride, float* destination,
                     dg::i64 mn, dg::i64 aligned_mn, dg::i64 k, dg::u32 mn_tiles, dg::u32 k_tiles) {
  dg::mn_major_copy({source, batch_stride, mn_stride, k_stride, destination, mn, aligned_mn, k, mn_tiles, k_tiles});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
