import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runStress } from './run-stress.js';

const workerScript = fileURLToPath(new URL('../../dist/stress/stress-worker.js', import.meta.url));
const isBuilt = existsSync(workerScript);
if (!isBuilt) console.warn(`SKIPPED: a short stress run of the JIT, as ${workerScript} is not built`);

// Pitfall: N processes compile the same kernel N times.
it.skipIf(!isBuilt)(
  'every kernel is compiled once for each process that survives, and none wrongly',
  async () => {
    const seed = Date.now() % 1_000_000;
    const options = { processes: 6, seconds: 4, kernels: 8, killPauseMs: 250, seed, workerScript };
    const result = await runStress(options);
    expect(result.faults, `seed ${seed}`).toEqual([]);
    expect(result.runs).toBeGreaterThanOrEqual(result.kernels);
    expect(result.runs).toBeLessThanOrEqual(result.kernels + result.lostRuns);
  },
);
