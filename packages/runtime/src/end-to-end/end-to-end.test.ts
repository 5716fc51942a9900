import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'tsup';
import { beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../package-root.js';

const root = packageRoot();
const fakeDriver = join(root, 'build', 'fake-driver');
const missing = [join(root, 'build', 'Release', 'dg_runtime.node'), join(fakeDriver, 'libcuda.so.1')].filter(
  (path) => !existsSync(path),
);
if (missing.length > 0) {
  process.stderr.write(`SKIPPED: the cuda device on the fake driver, not built: ${missing.join(', ')}\n`);
}

// Inside the package, so that the bundle finds the addon.
const bundleFolder = join(root, 'build', 'end-to-end');

interface Outcome {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** In a process of its own, as the loader reads LD_LIBRARY_PATH at its start, and exits are part of the test. */
function run(scenario: string, env: Record<string, string> = {}): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(bundleFolder, 'scenarios.js'), scenario], {
      env: { ...process.env, LD_LIBRARY_PATH: fakeDriver, FAKE_CUDA_DEVICES: '2', ...env },
      timeout: 30_000,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', reject);
    child.on('close', (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
}

async function resultOf(scenario: string, env?: Record<string, string>): Promise<unknown> {
  const outcome = await run(scenario, env);
  expect(outcome).toMatchObject({ code: 0, signal: null, stderr: '' });
  return JSON.parse(outcome.stdout);
}

describe.skipIf(missing.length > 0)('the cuda device on the fake driver', () => {
  beforeAll(async () => {
    await build({
      entry: [fileURLToPath(new URL('./scenarios.ts', import.meta.url))],
      outDir: bundleFolder,
      format: ['esm'],
      target: 'node20',
      config: false,
      silent: true,
      noExternal: [/^@dg\//],
      esbuildOptions(options) {
        options.alias = { '@dg/jit': join(root, '..', 'jit', 'src', 'index.ts') };
      },
    });
  });

  it('writes strided, copies, launches by graph and reads, with everything destroyed early', async () => {
    expect(await resultOf('add')).toEqual([2, 4, 6, -8]);
  });

  it('moves more than two staging chunks', async () => {
    expect(await resultOf('bigRoundTrip')).toBe(true);
  });

  it('keeps the event loop free while it waits', async () => {
    expect(await resultOf('tickWhileWaiting')).toBe(true);
  });

  it('turns a fault into typed errors, and exits normally', async () => {
    const lost = { name: 'DgDriverError', code: 'DG_DRIVER_ERROR', result: 'CUDA_ERROR_ILLEGAL_ADDRESS' };
    expect(await resultOf('fault')).toMatchObject({
      first: lost,
      later: { ...lost, message: expect.stringMatching(/restart the process/) },
    });
  });

  it('exits at once with work in flight', async () => {
    const start = performance.now();
    expect(await resultOf('exitWithWorkInFlight')).toBe('queued');
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('runs in two workers and the main thread at once', async () => {
    const added = { code: 0, result: [2, 4, 6, -8] };
    expect(await resultOf('workers')).toEqual([added, added, [10]]);
  });

  it('lets a worker end with work in flight', async () => {
    expect(await resultOf('workerExitsWithWork')).toEqual({ code: 0, result: 'queued' });
  });

  it.each([
    [{}, undefined],
    [{ FAKE_CUDA_DRIVER_VERSION: '12020' }, 'driver-too-old'],
    [{ FAKE_CUDA_INIT_RESULT: '803' }, 'driver-init-failed'],
    [{ FAKE_CUDA_INIT_RESULT: '100' }, 'no-device'],
    [{ FAKE_CUDA_MISSING_SYMBOL: 'cuLaunchKernelEx' }, 'libcuda-symbol-missing'],
    [{ FAKE_CUDA_NO_MEMORY_POOLS: '1' }, 'memory-pools-unsupported'],
  ])('sees through the real addon that with %j the reason is %s', async (env, reason) => {
    const availability = (await resultOf('availability', env as unknown as Record<string, string>)) as {
      reason?: string;
    };
    expect(availability.reason).toBe(reason);
  });
});
