import { fileURLToPath } from 'node:url';
import { DgError, findNvcc } from '@dg/jit';
import type { KernelDevice } from '@dg/runtime';
import { testDevice } from '@dg/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { shippedKernelCases } from './shipped-kernel-cases.js';
import { differenceFromShipped, readShippedRecordings, shippedRecordingsFile } from './shipped-recordings.js';

const howToRecord =
  'On a machine with an H200, run the bundle with DG_RECORD_DIR=out ./dg test:gpu record-shipped-kernels and copy the file ' +
  'to packages/api/test/hardware/fixtures.';

function hasNvcc(): boolean {
  try {
    findNvcc();
    return true;
  } catch (error) {
    if (!DgError.isInstance(error)) throw error;
    process.stderr.write(`SKIPPED: the shipped kernels beside hardware. ${error.message}\n`);
    return false;
  }
}

/** The kernels that ship, as nvcc compiles them, make on the simulator what they made on an H200. */
describe.skipIf(!hasNvcc())('the shipped kernels do on the simulator what they did on hardware', () => {
  const path = fileURLToPath(new URL(`fixtures/${shippedRecordingsFile}`, import.meta.url));
  const recordings = readShippedRecordings(path);
  let device: KernelDevice;
  beforeAll(async () => {
    device = (await testDevice()) as KernelDevice;
    expect(device.kind).toBe('sim');
  });

  it('hardware was recorded', () => {
    const problem =
      recordings === undefined
        ? `expected fixtures/${shippedRecordingsFile} but found none. ${howToRecord}`
        : '';
    expect(problem).toBe('');
  });

  const cases = recordings === undefined ? [] : shippedKernelCases();
  it.each(cases.map((each) => [each.name, each] as const))('%s', async (name, each) => {
    expect(differenceFromShipped(each, recordings?.[name], await each.run(device))).toBeUndefined();
  });
});
