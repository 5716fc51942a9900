import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompilerOptions } from '../compiler-types.js';
import { createCompiler } from '../create-compiler.js';
import { COMPILE_BOTH_WAYS } from '../testing/compile-both-ways.js';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { CUBIN, kernelSource, PTX } from '../testing/kernel-source.js';
import { recordingLogger } from '../testing/recording-logger.js';
import { temporaryDirectory } from '../testing/temporary-directory.js';

function setUp() {
  const nvcc = fakeNvcc(temporaryDirectory());
  const cacheDirectory = temporaryDirectory();
  const logger = recordingLogger();
  const make = (options: CompilerOptions = {}) =>
    createCompiler({ nvcc: nvcc.path, cacheDirectory, logger, env: {}, ...options });
  return { nvcc, cacheDirectory, logger, make };
}

/** Beside nvcc, as a toolkit has it. */
function addDisassembler(nvcc: string, body = 'echo "/*0000*/ EXIT ;" # $2'): void {
  writeFileSync(join(dirname(nvcc), 'nvdisasm'), `#!/bin/sh\n${body}\n`, { mode: 0o755 });
}

describe.each(COMPILE_BOTH_WAYS)('%s', (_, compile) => {
  // Pitfall: verbose output and dumps silent on a cache hit.
  it('dumps PTX and machine code, also on a hit, and says where they are', async () => {
    const { nvcc, make, logger, cacheDirectory } = setUp();
    addDisassembler(nvcc.path);
    await compile(make(), kernelSource(), CUBIN);
    const { key } = await compile(make({ dumpPtx: true, dumpSass: true }), kernelSource(), CUBIN);
    const folder = join(cacheDirectory, 'dg-2/dumps', `test-kernel.${key}`);
    expect(readFileSync(join(folder, 'kernel.ptx'), 'utf8')).toContain('.entry k');
    expect(readFileSync(join(folder, 'kernel.sass'), 'utf8')).toContain('EXIT');
    expect(logger.lines.filter((line) => line.startsWith('info'))).toEqual([
      `info: test-kernel: PTX is in ${join(folder, 'kernel.ptx')}`,
      `info: test-kernel: SASS is in ${join(folder, 'kernel.sass')}`,
    ]);
    expect(nvcc.runs()).toBe(2);
  });

  it('takes the variables, and dumps each kernel once', async () => {
    const { make, logger, cacheDirectory, nvcc } = setUp();
    addDisassembler(nvcc.path);
    const directory = join(temporaryDirectory(), 'dumps');
    const env = { DG_JIT_DUMP_PTX: '1', DG_JIT_DUMP_SASS: '1', DG_JIT_DUMP_DIR: directory };
    const compiler = make({ env });
    await compile(compiler, kernelSource(), CUBIN);
    await compile(compiler, kernelSource(), CUBIN);
    expect(readdirSync(directory)).toHaveLength(1);
    expect(logger.lines.filter((line) => line.includes('PTX is in'))).toHaveLength(1);
    expect(existsSync(join(cacheDirectory, 'dg-2/dumps'))).toBe(false);
  });

  it('says why something cannot be dumped, and gives the kernel all the same', async () => {
    const { nvcc, make, logger } = setUp();
    const compiler = make({ dumpSass: true });
    await compile(compiler, kernelSource(), PTX);
    addDisassembler(nvcc.path, 'echo broken >&2; exit 3');
    await compile(compiler, kernelSource(), CUBIN);
    const forbidden = make({ dumpPtx: true, forbidCompile: true, nvcc: undefined });
    await compile(forbidden, kernelSource(), CUBIN);
    const warnings = logger.lines.filter((line) => line.startsWith('warn'));
    expect(warnings[0]).toContain('SASS cannot be dumped: PTX is no machine code yet');
    expect(warnings[1]).toMatch(/SASS cannot be dumped: .*nvdisasm ended with 3: broken/);
  });
});
