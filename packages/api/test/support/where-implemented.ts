import { DgUnavailableError } from '@dg/runtime';
import type { TestContext } from 'vitest';
import { deviceName } from './test-settings.js';

const told = new Set<string>();

/**
 * Runs a test, which is skipped, and says so, where the device has no kernel for it yet. The cpu device has to compute
 * everything. As soon as there is a kernel the test runs: nothing here knows which there are.
 */
export async function whereImplemented(context: TestContext, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const refusal = deviceName === 'cpu' ? undefined : refusalIn(error);
    if (refusal === undefined) throw error;
    if (!told.has(refusal)) process.stderr.write(`SKIPPED on ${deviceName}: ${refusal}\n`);
    told.add(refusal);
    context.skip(refusal);
  }
}

/** The message of a `kernel-not-implemented` among an error and its causes. */
function refusalIn(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if (error instanceof DgUnavailableError && error.reason === 'kernel-not-implemented') return error.message;
  return refusalIn(error.cause);
}
