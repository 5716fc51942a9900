import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DgError } from '@dg/jit';
import { median } from '../statistics/median.js';

const run = promisify(execFile);

/** The calls that are made in a process of their own, and their [M, N, K]. */
export const firstCalls = ['fp8_nt_1d2d', 'bf16_nt'] as const;
export type FirstCall = (typeof firstCalls)[number];
export const firstCallShape = [64, 576, 7168] as const;

const repetitions = 3;
const timeoutMilliseconds = 120_000;

export interface FirstCallTimes {
  /** Microseconds with an empty kernel cache. */
  readonly cold: number;
  /** Microseconds with the kernel in the cache on disk. */
  readonly cached: number;
}

/** The first call of an operation in new processes, until its result is there; medians of three. */
export async function measureFirstCalls(deviceId: string, operation: FirstCall): Promise<FirstCallTimes> {
  const cold: number[] = [];
  const cached: number[] = [];
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const cacheDirectory = await mkdtemp(join(tmpdir(), 'dg-first-call-'));
    try {
      cold.push(await firstCall(deviceId, operation, cacheDirectory));
      cached.push(await firstCall(deviceId, operation, cacheDirectory));
    } finally {
      await rm(cacheDirectory, { recursive: true, force: true });
    }
  }
  return { cold: median(cold), cached: median(cached) };
}

async function firstCall(deviceId: string, operation: FirstCall, cacheDirectory: string): Promise<number> {
  // Beside the bundled command.
  const script = fileURLToPath(new URL('./first-call.js', import.meta.url));
  const { stdout } = await run(
    process.execPath,
    [script, deviceId, operation, ...firstCallShape.map(String)],
    {
      env: { ...process.env, DG_JIT_CACHE_DIR: cacheDirectory },
      timeout: timeoutMilliseconds,
    },
  );
  const microseconds = Number(stdout);
  if (microseconds > 0) return microseconds;
  throw new DgError(
    'DG_BENCH_FIRST_CALL',
    `expected microseconds from the process of a first call but received ${JSON.stringify(stdout)}`,
  );
}
