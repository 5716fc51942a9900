import type { WarmupOperation } from '@dg/api';
import { describe, expect, it } from 'vitest';
import { warmupKernels } from '../../../packages/api/src/warmup/warmup-kernels.js';
import { recordingDevice } from '../../../packages/api/test/support/recording-device.js';
import { enqueueCalls } from './real-calls.js';

const multiprocessorCount = 132;
const rows = [1, 7, 64, 130];
const sizes = { n: 576, k: 512, d: 'bfloat16', c: false } as const;

const operations: readonly (readonly [WarmupOperation, calls: number])[] = [
  [{ operation: 'fp8GemmNt', m: rows, ...sizes }, rows.length],
  [{ operation: 'mGroupedFp8GemmNtContiguous', m: rows, groups: [2, 3], ...sizes }, 2 * rows.length],
  [{ operation: 'mGroupedFp8GemmNtMasked', m: 40, groups: [2, 3], ...sizes }, 2 * 40],
];

describe('enqueueCalls', () => {
  it.each(operations)(
    'makes calls that are right and ask for warm kernels only: $operation',
    async (operation, calls) => {
      const { device, takeSources } = recordingDevice(multiprocessorCount);
      expect(await enqueueCalls(device, operation)).toBe(calls);
      const warm = (await warmupKernels([operation], { multiprocessorCount })).map(({ code }) => code);
      const asked = takeSources();
      expect(asked.length).toBeGreaterThan(0);
      expect(asked.filter(({ code }) => !warm.includes(code)).map(({ name }) => name)).toEqual([]);
    },
  );

  it('refuses an operation that it knows no data for', async () => {
    const { device } = recordingDevice(multiprocessorCount);
    await expect(enqueueCalls(device, { operation: 'bf16GemmTt', m: 1, ...sizes })).rejects.toThrow(
      'bf16GemmTt',
    );
  });
});
