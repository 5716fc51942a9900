import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** Words that one CTA reads, four for each thread. */
export const unpackUe8m0Tile = { mn: 32, words: 32, threads: 256 } as const;

/**
 * Packed UE8M0, int32 [batches, mn, ceilDiv(k, 4)] of any strides → float32 [batches, mn, k], MN-major and TMA-aligned.
 * Kernel parameters, in order (strides in elements): source, int64 batchStride, int64 mnStride, int64 wordStride,
 * destination, int64 mn, int64 alignedMn, int64 k, uint32 mnTiles, uint32 wordTiles.
 * Grid (mnTiles · wordTiles · batches, 1, 1), with mnTiles covering alignedMn.
 */
export const unpackUe8m0Kernel: KernelSource = {
  name: 'unpack-ue8m0',
  entry: 'dg_unpack_ue8m0',
  code: `#include "dg/layout/unpack_ue8m0.cuh"

static_assert(dg::UnpackUe8m0Tile::mn == ${unpackUe8m0Tile.mn} && dg::UnpackUe8m0Tile::words == ${unpackUe8m0Tile.words} &&
              dg::UnpackUe8m0Tile::threads == ${unpackUe8m0Tile.threads},
              "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${unpackUe8m0Tile.threads})
    dg_unpack_ue8m0(const dg::u32* source, dg::i64 batch_stride, dg::i64 mn_stride, dg::i64 word_stride,
                    float* destination, dg::i64 mn, dg::i64 aligned_mn, dg::i64 k, dg::u32 mn_tiles,
                    dg::u32 word_tiles) {
  dg::unpack_ue8m0({source, batch_stride, mn_stride, word_stride, destination, mn, aligned_mn, k, mn_tiles, word_tiles});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
