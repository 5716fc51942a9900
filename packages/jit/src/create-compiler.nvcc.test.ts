import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createCompiler } from './create-compiler.js';
import { DgCompileError } from './errors/dg-compile-error.js';
import { DgError } from './errors/dg-error.js';
import { findNvcc } from './nvcc/find-nvcc.js';
import { NvccVersionReader } from './nvcc/nvcc-version.js';
import { parsePtxasLog } from './ptxas/parse-ptxas-log.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { includeRoot, LOCAL_MEMORY, SERIALISED_WGMMA, TWICE, twiceSource } from './testing/cuda-sources.js';
import { CUBIN, kernelSource, PTX } from './testing/kernel-source.js';
import { recordingLogger } from './testing/recording-logger.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

/** Why the real nvcc cannot be tested here; `undefined` when it can. */
function reasonToSkip(): string | undefined {
  try {
    new NvccVersionReader().read(findNvcc());
    return undefined;
  } catch (error) {
    if (!DgError.isInstance(error) || error.code !== 'DG_UNAVAILABLE') throw error;
    return error.message;
  }
}

const skipped = reasonToSkip();
if (skipped !== undefined) console.warn(`SKIPPED: the tests of @dg/jit with the real nvcc. ${skipped}`);

const compilerWith = (env: Record<string, string> = {}) => {
  const logger = recordingLogger();
  const cacheDirectory = temporaryDirectory();
  return {
    logger,
    cacheDirectory,
    compiler: createCompiler({ cacheDirectory, logger, env: { ...process.env, ...env } }),
  };
};

describe.skipIf(skipped !== undefined).each(COMPILE_BOTH_WAYS)('%s with the real nvcc', (_, compile) => {
  it('makes a cubin with the report of ptxas', async () => {
    const { compiler } = compilerWith();
    const kernel = await compile(compiler, twiceSource(), CUBIN);
    expect(Buffer.from(kernel.image).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    const [entry] = parsePtxasLog(kernel.log).entries;
    expect(entry).toMatchObject({ name: 'k', stackBytes: 0, spillStoreBytes: 0, spillLoadBytes: 0 });
    expect(entry?.registers).toBeGreaterThan(0);
    expect(await compile(compiler, twiceSource(), CUBIN)).toMatchObject({
      key: kernel.key,
      cached: true,
      log: kernel.log,
    });
  });

  it('makes PTX', async () => {
    const kernel = await compile(compilerWith().compiler, twiceSource(), PTX);
    const text = Buffer.from(kernel.image).toString();
    expect(text).toContain('.target sm_90a');
    expect(text).toContain('.visible .entry k(');
  });

  it('gives the same cubin from another include root', async () => {
    const [first, second] = [
      await compile(compilerWith().compiler, twiceSource(), CUBIN),
      await compile(compilerWith().compiler, twiceSource(), CUBIN),
    ];
    expect(second.cached).toBe(false);
    expect(second.key).toBe(first.key);
    expect(Buffer.from(second.image).equals(first.image)).toBe(true);
  });

  it('shows what nvcc rejects', async () => {
    const promise = compile(compilerWith().compiler, twiceSource(includeRoot('return nothing;')), CUBIN);
    const error = await promise.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DgCompileError);
    expect((error as DgCompileError).log).toContain('identifier "nothing" is undefined');
  });

  it('names an entry that the source does not have', async () => {
    const source = { ...twiceSource(), entry: 'other' };
    await expect(compile(compilerWith().compiler, source, CUBIN)).rejects.toThrow('kernel function other');
    await expect(compile(compilerWith().compiler, source, PTX)).rejects.toThrow('.entry other');
  });

  it('refuses local memory and serialised WGMMA of a strict source', async () => {
    const { compiler } = compilerWith();
    const strict = (code: string) => compile(compiler, kernelSource({ code, strict: true }), CUBIN);
    await expect(strict(LOCAL_MEMORY)).rejects.toThrow('bytes of stack');
    await expect(compile(compiler, kernelSource({ code: LOCAL_MEMORY }), CUBIN)).resolves.toBeDefined();
    await expect(strict(SERIALISED_WGMMA)).rejects.toThrow('serialized');
  });

  it('cannot be made to read foreign headers or flags through the environment', async () => {
    const foreign = temporaryDirectory();
    writeFileSync(join(foreign, 'foreign.h'), '#define FOREIGN 1\n');
    const env = {
      CPATH: foreign,
      C_INCLUDE_PATH: foreign,
      CPLUS_INCLUDE_PATH: foreign,
      NVCC_PREPEND_FLAGS: '-DFOREIGN',
      NVCC_APPEND_FLAGS: '-DFOREIGN',
    };
    const code = `#if defined(FOREIGN) || __has_include(<foreign.h>)
#error foreign
#endif
extern "C" __global__ void k() {}`;
    await expect(compile(compilerWith(env).compiler, kernelSource({ code }), CUBIN)).resolves.toBeDefined();
    const reached = kernelSource({ code: `#include <foreign.h>\n${code}` });
    await expect(compile(compilerWith(env).compiler, reached, CUBIN)).rejects.toThrow(DgCompileError);
  });

  it('keeps a command that runs in the entry as it lies there', async () => {
    const { path = '', command } = await compile(compilerWith().compiler, twiceSource(), CUBIN);
    expect(readFileSync(join(path, '../source.cu'), 'utf8')).toBe(TWICE);
    expect(command.slice(-3)).toEqual(['source.cu', '-o', 'kernel.cubin']);
  });
});
