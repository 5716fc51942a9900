import { describe, expect, it } from 'vitest';
import { benchParts, benchPlan } from './bench-plan.js';
import { caseName } from './gemms/gemm-case.js';
import { memoryCases } from './memory/memory-tables.js';

const gemmNames = (ops?: string, shapes?: string) => benchPlan(ops, shapes).gemms.map(caseName);
const memoryOps = (ops: string) => [...new Set(benchPlan(ops, undefined).memory.map(({ op }) => op))];

describe('plan', () => {
  it('has everything by default', () => {
    const { parts, gemms, memory } = benchPlan(undefined, undefined);
    expect(parts).toEqual(benchParts);
    expect(gemms).toHaveLength(36 + 36 + 8 + 8 + 16 + 6 + 6 + 3);
    expect(memory).toEqual(memoryCases);
  });

  it('has what is asked for', () => {
    expect(gemmNames('casts, bf16_nt', '1x2x8')).toEqual(['bf16_nt 1x2x8']);
    expect(memoryOps('casts')).toHaveLength(6);
    expect(memoryOps('transposes')).toEqual(['transpose_fp8', 'repack_k_grouped_fp8']);
    expect(memoryOps('scales').every((op) => op.startsWith('scales_'))).toBe(true);
    expect(memoryOps('bf16_nt,host_call')).toEqual([]);
  });

  it('gives each operation the shapes with as many numbers as its own', () => {
    expect(gemmNames('bf16_nt,m_grouped_fp8_masked,k_grouped_bf16', '1x2x8,4x20x256x512')).toEqual([
      'bf16_nt 1x2x8',
      'm_grouped_fp8_masked 4x20x256x512',
      'k_grouped_bf16 4x20x256x512',
    ]);
  });

  it('rejects an unknown part', () => {
    expect(() => benchPlan('casts,fp16', undefined)).toThrow(
      /^expected copy, fp8_nt_1d2d, .*first_call for --ops but received "fp16"$/,
    );
  });
});
