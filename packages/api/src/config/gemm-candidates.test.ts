import { describe, expect, it } from 'vitest';
import { reachableGemmConfigs } from './gemm-candidates.js';

describe('candidates', () => {
  it('have maps of groups for FP8 along K only, beside those without', () => {
    const withMaps = (['fp8-1d2d', 'fp8-1d1d', 'bf16'] as const).flatMap((kind) =>
      reachableGemmConfigs(kind).filter(({ groupMaps }) => groupMaps),
    );
    expect(withMaps.length).toBeGreaterThan(0);
    for (const { grouping, columnScaling, splitK = 1 } of withMaps) {
      expect([grouping, columnScaling, splitK]).toEqual(['k', 'per_column', 1]);
    }
    const kGrouped = reachableGemmConfigs('fp8-1d1d').filter(({ grouping }) => grouping === 'k');
    expect(kGrouped.length).toBe(2 * withMaps.length);
  });
});
