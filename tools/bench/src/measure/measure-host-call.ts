import type { BenchContext } from '../bench-context.js';
import type { GemmCase } from '../gemms/gemm-case.js';
import { gemmCase } from '../gemms/gemm-tables.js';
import { type HostCallEffort, hostTime } from './host-time.js';
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

/** Host time of a warm call. */
export async function measureHostCall(
  context: BenchContext,
  gemm: GemmCase,
  effort?: HostCallEffort,
): Promise<number> {
  return await withSets(context, 1, gemm.createSet, ([set], stream) =>
    hostTime(stream, set!.callWith({ ...context.variant, stream }), effort),
  );
}
