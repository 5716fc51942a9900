import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KernelDevice } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { autotuneBy } from '../../src/tuning/autotune.js';
import { timeConfigs } from '../../src/tuning/time-configs.js';
import { tunedFolder } from '../../src/tuning/tuned-store.js';
import type { WarmupOperation } from '../../src/warmup/warmup-operation.js';

const sizes = { m: 128, n: 128, k: 256, d: 'float32', c: true } as const;
const groups = 2;

/** Every kind of operands that tuning makes. */
const operations: readonly WarmupOperation[] = [
  { operation: 'fp8GemmNt', ...sizes, n: 136, recipe: [1, 1, 128] },
  { operation: 'bf16GemmTn', ...sizes, layout: 'any' },
  // Lines that are no multiple of 16 bytes long.
  { operation: 'fp8GemmNt', ...sizes, k: 100, n: 129 },
  { operation: 'bf16GemmNn', ...sizes, n: 100, k: 100 },
  { operation: 'mGroupedBf16GemmNnContiguous', ...sizes, c: false, groups, n: 100, k: 100 },
  { operation: 'mGroupedFp8GemmNtContiguous', ...sizes, c: false, groups },
  { operation: 'mGroupedBf16GemmNtMasked', ...sizes, c: false, groups, expectedM: 64 },
  { operation: 'kGroupedFp8GemmNtContiguous', ...sizes, groups },
  { operation: 'kGroupedBf16GemmTnContiguous', ...sizes, groups },
];

/** The simulator has no times worth measuring: one launch of each is to find what is wrong. */
const oneLaunch = { graphMicroseconds: 1, mostLaunches: 1, replays: 1, rounds: 1 };

describe('autotune', () => {
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'dg-autotune-'));
  afterAll(() => rmSync(cacheDirectory, { recursive: true, force: true }));

  it.each(operations)('launches candidates of $operation on operands of its own', async (operation) => {
    const device = (await testDevice()) as KernelDevice;
    const launched: string[] = [];
    const time: typeof timeConfigs = async (target, problem, selection, configs, signal) => {
      const times = await timeConfigs(target, problem, selection, configs.slice(0, 2), signal, oneLaunch);
      launched.push(JSON.stringify(problem));
      expect(times.every((microseconds) => microseconds! > 0)).toBe(true);
      return times;
    };
    const before = entriesIn(cacheDirectory);
    const { calls } = await autotuneBy(time, device, [operation], { cacheDirectory });
    expect(calls.length).toBe(launched.length);
    expect(entriesIn(cacheDirectory) - before).toBe(calls.length);
    await device.synchronize();
  });
});

function entriesIn(cacheDirectory: string): number {
  try {
    return readdirSync(tunedFolder(cacheDirectory)).length;
  } catch {
    return 0;
  }
}
