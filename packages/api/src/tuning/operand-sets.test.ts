import type { KernelDevice } from '@dg/runtime';
import { CpuDevice } from '@dg/runtime';
import { describe, expect, it } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import { rankedConfigs } from '../config/select-config.js';
import { launchBytes, operandSets } from './operand-sets.js';
import { fullEffort, launchesOf } from './time-configs.js';

const h200 = { multiprocessorCount: 132 };
const fp8 = denseProblem({ operandType: 'float8_e4m3fn', m: 64, n: 128, k: 256, outputType: 'bfloat16' });

describe('launchBytes', () => {
  it('are those of A, B, D, and of C where it is another', () => {
    const operands = (64 + 128) * 256;
    expect(launchBytes(fp8)).toBe(operands + 64 * 128 * 2);
    expect(launchBytes({ ...fp8, operandType: 'bfloat16' })).toBe(2 * operands + 64 * 128 * 2);
    expect(launchBytes({ ...fp8, accumulate: true })).toBe(operands + 2 * 64 * 128 * 2);
  });

  it('are those of the rows and groups that there are', () => {
    const masked = { ...fp8, kind: 'm-grouped-masked', groups: 3, m: 4096, expectedM: 64 } as const;
    expect(launchBytes(masked)).toBe(3 * launchBytes(fp8));
    const contiguous = {
      ...fp8,
      kind: 'm-grouped-contiguous',
      groups: 3,
      layout: 'rows',
      mkAlignment: 64,
    } as const;
    expect(launchBytes(contiguous)).toBe(launchBytes(fp8) + 2 * 128 * 256);
    const kGrouped = { ...fp8, kind: 'k-grouped', groups: 3, storage: 'matrix', accumulate: true } as const;
    expect(launchBytes(kGrouped)).toBe(launchBytes(fp8) + 2 * 64 * 128 * 2);
  });
});

describe('operandSets', () => {
  /** The cpu has memory enough, and says that its L2 is so large. */
  function deviceWithL2(l2CacheBytes: number): KernelDevice {
    const device = new CpuDevice();
    Object.assign(device, { properties: { ...device.properties, l2CacheBytes } });
    return device as unknown as KernelDevice;
  }

  it('are so many that they hold three times L2, and one at least', async () => {
    for (const [l2CacheBytes, count] of [
      [0, 1],
      [10 * launchBytes(fp8), 30],
      [10 * launchBytes(fp8) + 1, 31],
      [1e9, 512],
    ] as const) {
      const { sets, destroy } = await operandSets(deviceWithL2(l2CacheBytes), fp8);
      expect(sets).toHaveLength(count);
      expect(new Set(sets.map(({ b }) => b.buffer)).size).toBe(count);
      destroy();
      expect(sets.every(({ a, d }) => a.buffer.destroyed && d.buffer.destroyed)).toBe(true);
    }
  });

  it('have masked groups of different sizes about the expected one, none larger than there is room for', async () => {
    const masked = { ...fp8, kind: 'm-grouped-masked', groups: 6, expectedM: 100 } as const;
    for (const [m, rows] of [
      [512, [70, 85, 100, 115, 130, 70]],
      [110, [70, 85, 100, 110, 110, 70]],
    ] as const) {
      const { sets, destroy } = await operandSets(deviceWithL2(0), { ...masked, m });
      expect(Array.from((await sets[0]!.grouping!.read()) as Int32Array)).toEqual(rows);
      destroy();
    }
  });
});

describe('launchesOf', () => {
  const [config] = rankedConfigs(fp8, h200);
  it.each([1, 3, 13, 31, 32, 33, 512])('take each of %i sets as often as the others', (sets) => {
    const launches = launchesOf(fp8, h200, config!, sets, fullEffort);
    expect(launches % sets).toBe(0);
    expect(launches).toBeGreaterThanOrEqual(fullEffort.mostLaunches);
    expect(launches).toBeLessThan(fullEffort.mostLaunches + sets);
  });

  it('are few where each takes long', () => {
    const large = { ...fp8, m: 8192, n: 8192, k: 65_536 };
    const [slow] = rankedConfigs(large, h200);
    expect(launchesOf(large, h200, slow!, 1, fullEffort)).toBe(1);
  });
});
