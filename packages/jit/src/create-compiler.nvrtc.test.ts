import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompilerOptions } from './compiler-types.js';
import { createCompiler } from './create-compiler.js';
import { DgCompileError } from './errors/dg-compile-error.js';
import { parsePtxasLog } from './ptxas/parse-ptxas-log.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { includeRoot, LOCAL_MEMORY, SERIALISED_WGMMA, twiceSource } from './testing/cuda-sources.js';
import { CUBIN, kernelSource, PTX } from './testing/kernel-source.js';
import { reasonWithoutNvrtc } from './testing/reason-without-nvrtc.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const skipped = reasonWithoutNvrtc();
if (skipped !== undefined) console.warn(`SKIPPED: the tests of @dg/jit with the real NVRTC. ${skipped}`);

const nvrtc = (options: CompilerOptions = {}) =>
  createCompiler({ cacheDirectory: temporaryDirectory(), compiler: 'nvrtc', ...options });

describe.skipIf(skipped !== undefined).each(COMPILE_BOTH_WAYS)('%s with the real NVRTC', (_, compile) => {
  it('makes a cubin with the report of ptxas, the same one every time and wherever the headers lie', async () => {
    const compiler = nvrtc();
    const kernel = await compile(compiler, twiceSource(), CUBIN);
    expect(Buffer.from(kernel.image).subarray(0, 4).toString('latin1')).toBe('\x7fELF');
    const [entry] = parsePtxasLog(kernel.log).entries;
    expect(entry).toMatchObject({ name: 'k', stackBytes: 0, spillStoreBytes: 0, spillLoadBytes: 0 });
    expect(entry?.registers).toBeGreaterThan(0);
    expect(kernel).toMatchObject({ cached: false, compiler: 'nvrtc' });
    expect(kernel.compilerVersion).toMatch(/^build [0-9a-f]{40}, headers none$/);
    expect(await compile(compiler, twiceSource(), CUBIN)).toMatchObject({ key: kernel.key, cached: true });
    const again = await compile(
      nvrtc({ env: { ...process.env, DG_JIT_USE_NVRTC: '1' } }),
      twiceSource(),
      CUBIN,
    );
    expect(again).toMatchObject({ key: kernel.key, cached: false });
    expect(Buffer.from(again.image).equals(kernel.image)).toBe(true);
  });

  it('makes PTX', async () => {
    const kernel = await compile(nvrtc(), twiceSource(), PTX);
    const text = Buffer.from(kernel.image).toString();
    expect(text).toContain('.target sm_90a');
    expect(text).toContain('.visible .entry k(');
    expect(text.at(-1)).not.toBe('\0');
  });

  it('shows what NVRTC rejects, with the command', async () => {
    const promise = compile(nvrtc(), twiceSource(includeRoot('return nothing;')), CUBIN);
    const error = await promise.catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DgCompileError);
    expect((error as DgCompileError).log).toContain('identifier "nothing" is undefined');
    expect((error as DgCompileError).log).toContain('NVRTC_ERROR_COMPILATION');
    expect((error as DgCompileError).command[0]).toMatch(/dg-nvrtc$/);
  });

  it('finds the headers of the toolkit', async () => {
    const code =
      '#include <cuda_bf16.h>\n#include <cuda_fp8.h>\nextern "C" __global__ void k(__nv_bfloat16*) {}';
    const kernel = await compile(nvrtc(), kernelSource({ code }), CUBIN);
    expect(kernel.compilerVersion).toMatch(/headers [0-9a-f]{16}$/);
    const record = readFileSync(join(kernel.path ?? '', '../build.json'), 'utf8');
    expect(record).toContain('-I<toolkit>');
  });

  it('adds lines of the source for profilers', async () => {
    const plain = await compile(nvrtc(), twiceSource(), CUBIN);
    const lined = await compile(nvrtc({ lineInfo: true }), twiceSource(), CUBIN);
    expect(Buffer.from(plain.image).includes('.debug_line')).toBe(false);
    expect(Buffer.from(lined.image).includes('.debug_line')).toBe(true);
  });

  it('refuses local memory and serialised WGMMA of a strict source', async () => {
    const compiler = nvrtc();
    const strict = (code: string) => compile(compiler, kernelSource({ code, strict: true }), CUBIN);
    await expect(strict(LOCAL_MEMORY)).rejects.toThrow('bytes of stack');
    await expect(strict(SERIALISED_WGMMA)).rejects.toThrow('serialized');
  });

  it('cannot be made to read foreign headers, flags or caches through the environment', async () => {
    const foreign = temporaryDirectory();
    writeFileSync(join(foreign, 'foreign.h'), '#define FOREIGN 1\n');
    const env = {
      ...process.env,
      CPATH: foreign,
      CPLUS_INCLUDE_PATH: foreign,
      CUDA_CACHE_PATH: foreign,
      NVRTC_PREPEND_FLAGS: '-DFOREIGN',
      NVRTC_APPEND_FLAGS: '-DFOREIGN',
    };
    const code = `#if defined(FOREIGN) || __has_include(<foreign.h>)
#error foreign
#endif
extern "C" __global__ void k() {}`;
    await expect(compile(nvrtc({ env }), kernelSource({ code }), CUBIN)).resolves.toBeDefined();
  });
});
