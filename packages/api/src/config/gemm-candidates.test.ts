import { describe, expect, it } from 'vitest';
import { reachableGemmConfigs } from './gemm-candidates.js';
import { sharedMemoryOfBlock } from './multiprocessor-memory.js';

describe('candidates', () => {
  // The model takes them for kernels of which two fit, and registers are only given out for that where the kernel says so.
  it('leave room for another block by their shared memory only where they have registers for it', () => {
    for (const kind of ['fp8-1d2d', 'fp8-1d1d', 'bf16'] as const) {
      for (const { sharedMemoryBytes, blocksPerSm = 1 } of reachableGemmConfigs(kind)) {
        expect(sharedMemoryBytes <= sharedMemoryOfBlock(2)).toBe(blocksPerSm === 2);
      }
    }
  });

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
