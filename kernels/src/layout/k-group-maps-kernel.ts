import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** Threads of a CTA, each of which makes one map. */
export const kGroupMapsThreads = 128;
export const tensorMapBytes = 128;

/**
 * Tensor maps of the K-major FP8 matrices [M, ks[g]] and [N, ks[g]] of K groups, which lie end to end. Kernel parameters, in
 * order: tensor maps a, b (of any matrices with as many rows, and the boxes that are wanted), aBlocks, bBlocks (which start
 * at multiples of 16 bytes), uint32 m, n, k (the sum over the groups), ks (int32), uint32 groups, maps (2 · groups of
 * 128 bytes, A's and B's in turn). Grid (ceilDiv(2 · groups, threads), 1, 1).
 */
export const kGroupMapsKernel: KernelSource = {
  name: 'k-group-maps',
  entry: 'dg_k_group_maps',
  code: `#include "dg/layout/k_group_maps.cuh"

using namespace dg;

extern "C" __global__ void __launch_bounds__(${kGroupMapsThreads})
    dg_k_group_maps(const __grid_constant__ TensorMap a, const __grid_constant__ TensorMap b, const u8* a_blocks,
                    const u8* b_blocks, u32 m, u32 n, u32 k, const i32* ks, u32 groups, TensorMap* maps) {
  k_group_maps({a, b, a_blocks, b_blocks, m, n, k, ks, groups, maps});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
