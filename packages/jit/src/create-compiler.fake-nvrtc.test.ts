import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { CompilerOptions } from './compiler-types.js';
import { createCompiler } from './create-compiler.js';
import { DgCompileError } from './errors/dg-compile-error.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { CUBIN, kernelSource, PTX } from './testing/kernel-source.js';
import { minimalCubin } from './testing/minimal-cubin.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const built = (path: string) => fileURLToPath(new URL(`../build/${path}`, import.meta.url));
const library = built('fake-nvrtc/libnvrtc.so.12');
const oldLibrary = built('fake-nvrtc/old/libnvrtc.so.12');
const missing = [built('Release/dg-nvrtc'), library, oldLibrary].filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.warn(`SKIPPED: the tests of @dg/jit with a fake NVRTC, not built: ${missing.join(', ')}`);
}

const nvrtc = (options: CompilerOptions = {}) =>
  createCompiler({
    cacheDirectory: temporaryDirectory(),
    nvrtcLibrary: library,
    env: { DG_JIT_USE_NVRTC: '1' },
    ...options,
  });

/** A source of which the fake makes a kernel. */
function source(deed?: string) {
  const image = join(temporaryDirectory(), 'image');
  writeFileSync(image, minimalCubin('k'));
  const flags = [`-DFAKE_IMAGE=${image}`, ...(deed === undefined ? [] : [`-DFAKE_DEED=${deed}`])];
  return kernelSource({ flags, strict: true });
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('compiled'),
    (error: unknown) => error as DgCompileError,
  );

describe.skipIf(missing.length > 0).each(COMPILE_BOTH_WAYS)('%s with a fake NVRTC', (_, compile) => {
  it('gives it options that NVRTC knows, keeps what it makes and finds that again', async () => {
    const cacheDirectory = temporaryDirectory();
    const given = source();
    const kernel = await compile(nvrtc({ cacheDirectory }), given, CUBIN);
    expect(kernel).toMatchObject({ cached: false, compiler: 'nvrtc' });
    expect(kernel.path).toMatch(/\/nvrtc-[0-9a-f]{16}\/kernel\.cubin$/);
    expect(Buffer.from(kernel.image)).toEqual(minimalCubin('k'));
    const [options, libraries] = kernel.log.split('\n');
    expect(options).toBe(
      `options: --std=c++20 --gpu-architecture=sm_90a --ptxas-options=-v ${given.flags?.join(' ')} --no-cache`,
    );
    expect(libraries).toBe(`libraries: ${dirname(library)}`);
    expect(readFileSync(join(kernel.path ?? '', '../build.json'), 'utf8')).not.toContain(library);
    expect(await compile(nvrtc({ cacheDirectory }), { ...given }, CUBIN)).toMatchObject({
      key: kernel.key,
      cached: true,
    });
  });

  it('asks for the virtual architecture of PTX', async () => {
    const given = source();
    const [image] = (given.flags ?? []).map((flag) => flag.replace('-DFAKE_IMAGE=', ''));
    writeFileSync(image!, '.version 9.0\n.target sm_90a\n.visible .entry k()\n{\n\tret;\n}\n');
    const { log, image: ptx } = await compile(nvrtc(), given, PTX);
    expect(log).toContain('--gpu-architecture=compute_90a -DFAKE_IMAGE');
    expect(Buffer.from(ptx).toString()).toMatch(/\}\n$/);
  });

  it('rejects: its log is in the error', async () => {
    const error = await failureOf(compile(nvrtc(), source('reject'), CUBIN));
    expect(error).toBeInstanceOf(DgCompileError);
    expect(error.message).toContain('from nvrtc for kernel test-kernel on sm_90a but received exit status 1');
    expect(error.log).toContain('source.cu(1): error: no');
    expect(error.log).toContain('NVRTC_ERROR_COMPILATION');
  });

  // Pitfall: a compiler killed by a signal taken as success.
  it('crashes: only its own process', async () => {
    const error = await failureOf(compile(nvrtc(), source('crash'), CUBIN));
    expect(error).toBeInstanceOf(DgCompileError);
    expect(error.message).toContain('signal SIGABRT');
  });

  it('hangs: it is killed', async () => {
    const error = await failureOf(compile(nvrtc({ timeoutMs: 400 }), source('hang'), CUBIN));
    expect(error.message).toContain('nothing within 400 ms');
  });

  it('makes nothing', async () => {
    const error = await failureOf(compile(nvrtc(), kernelSource(), CUBIN));
    expect(error.message).toContain('an empty file');
  });

  it('is too old', async () => {
    const error = await failureOf(compile(nvrtc({ nvrtcLibrary: oldLibrary }), source(), CUBIN));
    expect(error).toMatchObject({ code: 'DG_UNAVAILABLE', reason: 'nvrtc-too-old' });
    expect(error.message).toContain('12.2');
  });

  it('is no library, or another one', async () => {
    const text = join(temporaryDirectory(), 'libnvrtc.so.12');
    writeFileSync(text, 'hello');
    const noLibrary = await failureOf(compile(nvrtc({ nvrtcLibrary: text }), source(), CUBIN));
    expect(noLibrary).toMatchObject({ reason: 'nvrtc-cannot-be-loaded' });
    const gone = await failureOf(compile(nvrtc({ nvrtcLibrary: '/nonexistent' }), source(), CUBIN));
    expect(gone).toMatchObject({ reason: 'nvrtc-not-readable' });
  });

  // Pitfall: changed headers or compiler, same key.
  it('is looked at again when another library takes its place, or none', async () => {
    const path = join(temporaryDirectory(), 'libnvrtc.so.12');
    copyFileSync(library, path);
    const compiler = nvrtc({ nvrtcLibrary: path });
    const given = source();
    await compile(compiler, given, CUBIN);
    expect(await compile(compiler, { ...given }, CUBIN)).toMatchObject({ cached: true });
    copyFileSync(oldLibrary, path);
    expect(await failureOf(compile(compiler, { ...given }, CUBIN))).toMatchObject({
      reason: 'nvrtc-too-old',
    });
    rmSync(path);
    const other = { ...given, code: '// other' };
    expect(await failureOf(compile(compiler, other, CUBIN))).toMatchObject({ reason: 'nvrtc-not-found' });
  });

  // Pitfall: changed headers or compiler, same key.
  it('has another key when the headers of its toolkit change', async () => {
    const toolkit = temporaryDirectory();
    mkdirSync(join(toolkit, 'include'));
    const header = join(toolkit, 'include/cuda_fp8.h');
    writeFileSync(header, '// one');
    const compiler = nvrtc({ env: { DG_JIT_USE_NVRTC: '1', CUDA_HOME: toolkit } });
    const given = { ...source(), code: '#include <cuda_fp8.h>' };
    const first = await compile(compiler, given, CUBIN);
    expect(await compile(compiler, { ...given }, CUBIN)).toMatchObject({ key: first.key, cached: true });
    writeFileSync(header, '// another');
    const second = await compile(compiler, { ...given }, CUBIN);
    expect(second.cached).toBe(false);
    expect(second.key).not.toBe(first.key);
  });

  it('is kept apart from what nvcc makes, and from other builds of NVRTC', async () => {
    const cacheDirectory = temporaryDirectory();
    const given = source();
    const first = await compile(nvrtc({ cacheDirectory }), given, CUBIN);
    const env = { DG_JIT_USE_NVRTC: '0' };
    const withNvcc = createCompiler({ cacheDirectory, env, nvcc: '/nonexistent/nvcc' });
    // There is no nvcc, and any build is better than none.
    expect(await compile(withNvcc, { ...given }, CUBIN)).toMatchObject({ key: first.key, compiler: 'nvrtc' });
    const other = await failureOf(
      compile(nvrtc({ cacheDirectory, nvrtcLibrary: oldLibrary }), { ...given }, CUBIN),
    );
    expect(other).toMatchObject({ reason: 'nvrtc-too-old' });
  });
});
