import type { BenchContext } from '../bench-context.js';
import type { GemmCase } from '../gemms/gemm-case.js';
import { gemmCase } from '../gemms/gemm-tables.js';
import { median } from '../statistics/median.js';
import { withSets } from './with-sets.js';

/** Calls of every kind, small enough that the GPU keeps up with the host. */
export const hostCallCases: readonly GemmCase[] = [
  gemmCase('fp8_nt_1d2d', [64, 576, 7168]),
  gemmCase('bf16_nt', [64, 576, 7168]),
  gemmCase('m_grouped_fp8_contiguous', [4, 128, 512, 512]),
  gemmCase('m_grouped_bf16_contiguous', [4, 128, 512, 512]),
  gemmCase('m_grouped_fp8_masked', [4, 64, 512, 512]),
  gemmCase('k_grouped_fp8', [2, 256, 256, 256]),
  gemmCase('k_grouped_bf16', [2, 256, 256, 256]),
  gemmCase('fp8_nt_1d1d_acc', [256, 256, 512]),
];

/** How often a call is made. */
export interface HostCallEffort {
  readonly warmCalls: number;
  readonly batches: number;
  readonly callsPerBatch: number;
}

/** V8 takes some thousand calls until all that a call runs is compiled. */
export const fullEffort: HostCallEffort = { warmCalls: 10_000, batches: 50, callsPerBatch: 100 };

/** Microseconds of host time for a warm call: the median over 50 batches of 100, the queue drained between them. */
export async function measureHostCall(
  context: BenchContext,
  gemm: GemmCase,
  { warmCalls, batches, callsPerBatch }: HostCallEffort = fullEffort,
): Promise<number> {
  return await withSets(context, 1, gemm.createSet, async ([set], stream) => {
    const call = set!.callWith({ ...context.variant, stream });
    const callTime = (calls: number) => {
      const start = performance.now();
      for (let made = 0; made < calls; made++) call();
      return ((performance.now() - start) * 1000) / calls;
    };
    callTime(warmCalls);
    const microseconds: number[] = [];
    for (let batch = 0; batch < batches; batch++) {
      await stream.synchronize();
      microseconds.push(callTime(callsPerBatch));
    }
    await stream.synchronize();
    return median(microseconds);
  });
}
