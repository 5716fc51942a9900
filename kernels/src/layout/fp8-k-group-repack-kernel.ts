import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** Elements along K that belong to one group: a group is a multiple of it. */
export const fp8KGroupRepackBlock = 128;
/** Rows of a block that one CTA copies. */
export const fp8KGroupRepackRows = 128;
/** Threads of a CTA. */
export const fp8KGroupRepackThreads = 256;

/**
 * Per-group K-major FP8 blocks [mn, ks[g]], one behind the other → one K-major matrix [mn, blocks · 128]. Kernel
 * parameters, in order: source, destination, int64 destinationPitch (elements), int64 mn, uint32 blocks,
 * uint32 sourceAligned (1 when it starts at a multiple of 16 bytes, as rows of the destination must), ks (int32),
 * uint32 groups.
 * Grid (blocks · ceilDiv(mn, rows), 1, 1).
 */
export const fp8KGroupRepackKernel: KernelSource = {
  name: 'fp8-k-group-repack',
  entry: 'dg_fp8_k_group_repack',
  code: `#include "dg/layout/fp8_k_group_repack.cuh"

static_assert(dg::Fp8KGroupRepackTile::k == ${fp8KGroupRepackBlock} && dg::Fp8KGroupRepackTile::rows == ${fp8KGroupRepackRows} &&
              dg::Fp8KGroupRepackTile::threads == ${fp8KGroupRepackThreads}, "the launch divides the matrix as the kernel does");

extern "C" __global__ void __launch_bounds__(${fp8KGroupRepackThreads})
    dg_fp8_k_group_repack(const dg::u8* source, dg::u8* destination, dg::i64 destination_pitch, dg::i64 mn,
                          dg::u32 blocks, dg::u32 source_aligned, const dg::i32* ks, dg::u32 groups) {
  dg::fp8_k_group_repack({source, destination, destination_pitch, mn, blocks, source_aligned,
                          {ks, groups, dg::Fp8KGroupRepackTile::k, 1, blocks}});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
