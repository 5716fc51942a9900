import { gemmConfigName } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { gemmCase } from '../../../bench/src/gemms/gemm-tables.js';
import { twoOnAnSm } from './two-on-an-sm.js';

describe('twoOnAnSm', () => {
  it.each(['fp8_nt_1d2d', 'bf16_nt'] as const)('has kernels of %s of which two fit', (op) => {
    const configs = twoOnAnSm(gemmCase(op, [64, 2112, 7168]).problem);
    expect(new Set(configs.map(gemmConfigName)).size).toBe(configs.length);
    expect(configs.length).toBeGreaterThan(40);
    for (const config of configs) {
      expect(2 * (config.sharedMemoryBytes + 1024)).toBeLessThanOrEqual(228 * 1024);
      expect(config.stages).toBeGreaterThanOrEqual(2);
      expect(config.store).toBe((config.splitK ?? 1) > 1 ? 'guarded' : 'tma');
    }
    expect(new Set(configs.map(({ splitK }) => splitK))).toEqual(new Set([undefined, 2, 4]));
  });

  it('has none for products that it does not know', () => {
    const weightGradient = gemmCase('fp8_nt_1d1d_acc', [256, 256, 512]).problem;
    expect(twoOnAnSm(weightGradient)).toEqual([]);
    const grouped = gemmCase('m_grouped_fp8_masked', [4, 64, 512, 512]).problem;
    expect(twoOnAnSm(grouped)).toEqual([]);
  });
});
