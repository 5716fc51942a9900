import type { GemmOperation } from '../gemms/gemm-operation.js';
import { castCase } from '../memory/cast-case.js';
import type { MemoryCase } from '../memory/memory-case.js';
import { repackCase } from '../memory/repack-case.js';
import { mnMajorCase, packCase, packKGroupedCase, unpackCase } from '../memory/scale-cases.js';
import { transposeCase } from '../memory/transpose-case.js';

/** A product of each operation that a CPU computes at once, with tails in every dimension. */
export const tinyShapes: Readonly<Record<GemmOperation, readonly number[]>> = {
  fp8_nt_1d2d: [5, 136, 144],
  bf16_nt: [5, 136, 144],
  m_grouped_fp8_contiguous: [3, 10, 24, 144],
  m_grouped_bf16_contiguous: [3, 10, 24, 144],
  m_grouped_fp8_masked: [2, 6, 24, 144],
  k_grouped_fp8: [3, 20, 24, 150],
  k_grouped_bf16: [3, 24, 32, 150],
  fp8_nt_1d1d_acc: [20, 24, 144],
};

/** As small, of each operation that only moves memory. */
export const tinyMemoryCases: readonly MemoryCase[] = [
  ...(['per_token', 'per_channel', 'per_block'] as const).flatMap((kind) => [
    castCase(kind, 'bfloat16', [133, 272]),
    castCase(kind, 'float32', [70, 201]),
  ]),
  transposeCase([144, 201]),
  repackCase([3, 40, 150]),
  mnMajorCase([133, 5]),
  packCase([133, 6]),
  packKGroupedCase([3, 300, 40]),
  unpackCase([133, 6]),
];
