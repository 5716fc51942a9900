import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompiler, findNvcc } from '@dg/jit';
import { afterAll, describe, expect, it } from 'vitest';
import { exampleKernel, exampleKernelNames } from '../../src/kernels/example-kernel.js';

const hasNvcc = findNvccOrSay();

describe.skipIf(!hasNvcc)('kernels of the examples compile for sm_90a without spill or local memory', () => {
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'dg-examples-gate-'));
  afterAll(() => rmSync(cacheDirectory, { recursive: true, force: true }));
  const compiler = createCompiler({ cacheDirectory });

  it.concurrent.each(exampleKernelNames)('%s', async (name) => {
    const source = exampleKernel(name);
    // Strict: what the assembler says of local memory is an error.
    expect(source.strict).toBe(true);
    const { image } = await compiler.compile(source, { architecture: 'sm_90a', output: 'cubin' });
    expect(image.length).toBeGreaterThan(0);
  });
});

function findNvccOrSay(): boolean {
  try {
    findNvcc();
    return true;
  } catch (error) {
    process.stderr.write(`SKIPPED: the kernels of the examples were not compiled. ${String(error)}\n`);
    return false;
  }
}
