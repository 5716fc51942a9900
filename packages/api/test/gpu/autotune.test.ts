import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { expectSameBits, testDevice } from '@dg/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { autotune, bf16GemmNt, setUseTuned } from '../../src/index.js';
import { gemmPlan } from '../../src/launch/gemm-plan.js';
import { resolveLaunchSettings } from '../../src/settings/launch-settings.js';

const [m, n, k] = [128, 576, 2048];

describe('autotune on a GPU', () => {
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'dg-autotune-'));
  afterAll(() => rmSync(cacheDirectory, { recursive: true, force: true }));

  it('measures all that was asked for, and calls take the fastest', async () => {
    const device = (await testDevice()) as KernelDevice;
    const operation = { operation: 'bf16GemmNt', m, n, k, d: 'bfloat16', c: false } as const;
    const { calls } = await autotune(device, [operation], { cacheDirectory, candidates: 4 });
    const { best, model, timed, problem } = calls[0]!;
    // No product of this size is done in half a microsecond, or takes a millisecond.
    for (const { microseconds } of timed)
      expect(microseconds).toSatisfy((us: number) => us > 0.5 && us < 1000);
    expect(timed.length).toBeGreaterThanOrEqual(4);
    expect(best.microseconds).toBe(Math.min(...timed.map(({ microseconds }) => microseconds)));
    expect(model!.microseconds).toBeGreaterThanOrEqual(best.microseconds);

    setUseTuned(device, true, { cacheDirectory });
    try {
      const plan = gemmPlan(device, problem, resolveLaunchSettings('test', {}, device));
      expect(gemmConfigName(plan.config)).toBe(best.config);
      await expectOnes(device);
    } finally {
      setUseTuned(device, false);
    }
  });

  /** Sums of ones are exact. */
  async function expectOnes(device: KernelDevice): Promise<void> {
    const one = 0x3f80;
    const a = device.tensor(new Uint16Array(m * k).fill(one), [m, k], 'bfloat16');
    const b = device.tensor(new Uint16Array(n * k).fill(one), [n, k], 'bfloat16');
    const d = device.zeros([m, n], 'bfloat16');
    bf16GemmNt(a, b, d);
    const expected = new Uint16Array(m * n).fill(0x4500); // 2048
    expectSameBits(await d.read(), expected, { name: 'D', shape: [m, n] });
    for (const tensor of [a, b, d]) tensor.destroy();
  }
});
