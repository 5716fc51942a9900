import { kernelIncludeRoot } from '../include-root.js';
import type { KernelSource } from '../kernel-source.js';

/** Threads of a CTA, one for each scale. */
export const powerOfTwoCheckThreads = 256;

/**
 * Lowers firstOther to the row-major index of the first scale without a ue8m0 code. Kernel parameters, in order
 * (strides in elements): source float32 [batches, mn, k], int64 batchStride, int64 mnStride, int64 kStride, int64 mn,
 * int64 k, uint32 count (of scales), firstOther (one uint32).
 * Grid (ceilDiv(count, threads), 1, 1).
 */
export const powerOfTwoCheckKernel: KernelSource = {
  name: 'power-of-two-check',
  entry: 'dg_power_of_two_check',
  code: `#include "dg/layout/power_of_two_check.cuh"

static_assert(dg::PowerOfTwoCheck::threads == ${powerOfTwoCheckThreads}, "one thread looks at each scale");

extern "C" __global__ void __launch_bounds__(${powerOfTwoCheckThreads})
    dg_power_of_two_check(const float* source, dg::i64 batch_stride, dg::i64 mn_stride, dg::i64 k_stride, dg::i64 mn,
                          dg::i64 k, dg::u32 count, dg::u32* first_other) {
  dg::power_of_two_check({source, batch_stride, mn_stride, k_stride, mn, k, count, first_other});
}
`,
  includeRoots: [kernelIncludeRoot],
  strict: true,
};
