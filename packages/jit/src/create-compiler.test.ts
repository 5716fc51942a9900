import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CompilerOptions } from './compiler-types.js';
import { createCompiler } from './create-compiler.js';
import { DgCompileError } from './errors/dg-compile-error.js';
import { KERNEL_CHANNEL } from './events/kernel-channel.js';
import type { CompileEvent } from './events/kernel-event.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { CLEAN_LOG, type FakeNvccOptions, fakeNvcc, SPILLING_LOG } from './testing/fake-nvcc.js';
import { CUBIN, kernelSource, PTX } from './testing/kernel-source.js';
import { type RecordingLogger, recordingLogger } from './testing/recording-logger.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

function setUp(fake: FakeNvccOptions = {}, options: CompilerOptions = {}) {
  const nvcc = fakeNvcc(temporaryDirectory(), fake);
  const cacheDirectory = options.cacheDirectory ?? temporaryDirectory();
  const logger = recordingLogger();
  const events: CompileEvent[] = [];
  const make = (more: CompilerOptions = {}) =>
    createCompiler({
      nvcc: nvcc.path,
      cacheDirectory,
      logger,
      env: { PATH: process.env['PATH'] },
      onEvent: (event) => events.push(event),
      ...options,
      ...more,
    });
  return { nvcc, cacheDirectory, logger, events, make, compiler: make() };
}

const folderOf = (path = '') => dirname(path);
const warningsOf = ({ lines }: RecordingLogger) => lines.filter((line) => line.startsWith('warn'));

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('compiled'),
    (error: unknown) => error as DgCompileError,
  );

describe.each(COMPILE_BOTH_WAYS)('%s', (_, compile) => {
  describe('the cache', () => {
    it('compiles once, and a second process finds it', async () => {
      const { nvcc, cacheDirectory, make, compiler } = setUp();
      const first = await compile(compiler, kernelSource(), CUBIN);
      const second = await compile(make(), kernelSource(), CUBIN);
      expect(nvcc.runs()).toBe(1);
      expect([first.cached, second.cached]).toEqual([false, true]);
      expect(first.path).toMatch(
        /\/dg-2\/kernels\/test-kernel\.[0-9a-f]{64}\/nvcc-[0-9a-f]{16}\/kernel\.cubin$/,
      );
      expect(first.path?.startsWith(cacheDirectory)).toBe(true);
      expect(second).toEqual({ ...first, cached: true, milliseconds: expect.any(Number) });
      expect(Buffer.from(first.image)).toEqual(readFileSync(first.path ?? ''));
      expect(first.log).toContain('Used 8 registers');
      expect(readdirSync(join(cacheDirectory, 'dg-2/tmp'))).toEqual([]);
    });

    it('keeps PTX beside the cubin of the same source', async () => {
      const { nvcc, compiler } = setUp();
      const cubin = await compile(compiler, kernelSource(), CUBIN);
      const ptx = await compile(compiler, kernelSource(), PTX);
      expect(ptx.key).not.toBe(cubin.key);
      expect(Buffer.from(ptx.image).toString()).toContain('.entry k');
      expect(nvcc.runs()).toBe(2);
    });

    it('gives the same source object again without the disk', async () => {
      const { cacheDirectory, compiler, nvcc } = setUp();
      const source = kernelSource();
      const first = await compile(compiler, source, CUBIN);
      rmSync(cacheDirectory, { recursive: true });
      expect(await compile(compiler, source, CUBIN)).toMatchObject({ key: first.key, cached: true });
      expect(nvcc.runs()).toBe(1);
    });

    // Pitfall: changed headers or compiler, same key.
    it('compiles again for changed headers, code, flags and compiler, and not for moved include roots', async () => {
      const { nvcc, make } = setUp();
      const roots = [temporaryDirectory(), temporaryDirectory()] as const;
      for (const root of roots) {
        mkdirSync(join(root, 'ptx'));
        writeFileSync(join(root, 'a.h'), '#include "ptx/b.h"');
        writeFileSync(join(root, 'ptx/b.h'), '// b');
      }
      const source = (root: string) => kernelSource({ code: '#include "a.h"', includeRoots: [root] });
      const compiler = make();
      const base = await compile(compiler, source(roots[0]), CUBIN);
      const moved = await compile(compiler, source(roots[1]), CUBIN);
      expect([moved.key, moved.cached]).toEqual([base.key, true]);

      writeFileSync(join(roots[1], 'ptx/b.h'), '// B');
      const changed = await compile(compiler, source(roots[1]), CUBIN);
      const flagged = await compile(compiler, { ...source(roots[0]), flags: ['-DX'] }, CUBIN);
      const recoded = await compile(compiler, { ...source(roots[0]), code: '#include "a.h"\n' }, CUBIN);
      const upgraded = fakeNvcc(temporaryDirectory(), { build: '99' });
      const recompiled = await compile(make({ nvcc: upgraded.path }), source(roots[0]), CUBIN);
      const all = [base, changed, flagged, recoded, recompiled];
      expect(new Set(all.map(({ key }) => key)).size).toBe(all.length);
      expect(all.every(({ cached }) => !cached)).toBe(true);
      expect([nvcc.runs(), upgraded.runs()]).toEqual([4, 1]);

      const record = readFileSync(join(folderOf(base.path), 'build.json'), 'utf8');
      expect(record).toContain('-I<include-root-0>');
      expect(record).not.toContain(roots[0]);
      expect(record).not.toContain(nvcc.path);
    });

    it('does not let the environment into the key', async () => {
      const { make } = setUp();
      const plain = await compile(make(), kernelSource(), CUBIN);
      const env = { PATH: process.env['PATH'], HOME: '/elsewhere', CPATH: '/x', NVCC_APPEND_FLAGS: '-DX' };
      expect(await compile(make({ env }), kernelSource(), CUBIN)).toMatchObject({
        key: plain.key,
        cached: true,
      });
    });

    it('rebuilds a broken entry', async () => {
      const { nvcc, make, logger } = setUp();
      const { path = '', image } = await compile(make(), kernelSource(), CUBIN);
      writeFileSync(path, Buffer.from(image).subarray(0, 100));
      const again = await compile(make(), kernelSource(), CUBIN);
      expect(again.cached).toBe(false);
      expect(again.image).toEqual(image);
      expect(warningsOf(logger)).toEqual([expect.stringContaining('is broken')]);
      expect(nvcc.runs()).toBe(2);
      expect((await compile(make(), kernelSource(), CUBIN)).cached).toBe(true);
    });

    it('compiles without a cache where the directory cannot be written, and warns once', async () => {
      const file = join(temporaryDirectory(), 'file');
      writeFileSync(file, '');
      const { compiler, logger } = setUp({}, { cacheDirectory: join(file, 'x') });
      const kernel = await compile(compiler, kernelSource(), CUBIN);
      expect(kernel).toMatchObject({ path: undefined, cached: false });
      expect(kernel.image.byteLength).toBeGreaterThan(64);
      await compile(compiler, kernelSource(), PTX);
      expect(warningsOf(logger)).toEqual([expect.stringContaining(join(file, 'x'))]);
    });

    it('takes DG_JIT_CACHE_DIR', async () => {
      const directory = temporaryDirectory();
      const { make } = setUp();
      const env = { PATH: process.env['PATH'], DG_JIT_CACHE_DIR: directory };
      const kernel = await compile(make({ env, cacheDirectory: undefined }), kernelSource(), CUBIN);
      expect(kernel.path?.startsWith(join(directory, 'dg-2'))).toBe(true);
    });
  });

  describe('a compiler that', () => {
    const failsWith = async (fake: FakeNvccOptions, options: CompilerOptions = {}) => {
      const setup = setUp(fake, options);
      const error = await failureOf(compile(setup.compiler, kernelSource(), CUBIN));
      expect(error).toBeInstanceOf(DgCompileError);
      expect(error.command.slice(0, 2)).toEqual([setup.nvcc.path, '-std=c++20']);
      // Nothing is kept of a failure, so that the next attempt is a new one.
      expect(existsSync(join(setup.cacheDirectory, 'dg-2/kernels'))).toBe(false);
      expect(readdirSync(join(setup.cacheDirectory, 'dg-2/tmp'))).toEqual([]);
      expect(setup.events.map(({ type }) => type)).toEqual(['compile-start', 'compile-failed']);
      return error;
    };

    it('rejects the kernel: its log is in the error', async () => {
      const error = await failsWith({ body: 'echo "source.cu(1): error: no" >&2; exit 2' });
      expect(error.message).toContain('exit status 2');
      expect(error.log).toContain('source.cu(1): error: no');
    });

    // Pitfall: a compiler killed by a signal taken as success.
    it('dies by a signal, even after it wrote a good image', async () => {
      const error = await failsWith({ body: 'cp "$image" "$output"; kill -SEGV $$' });
      expect(error.message).toContain('signal SIGSEGV');
    });

    it('hangs', async () => {
      const start = performance.now();
      const error = await failsWith({ body: 'cp "$image" "$output"; sleep 30' }, { timeoutMs: 300 });
      expect(error.message).toContain('nothing within 300 ms');
      expect(performance.now() - start).toBeLessThan(10_000);
    });

    it.each([
      ['writes nothing', 'exit 0', 'without an output file'],
      ['writes an empty file', ': > "$output"', 'an empty file'],
      ['writes half of it', 'head -c 150 "$image" > "$output"', "the cubin's own tables"],
      ['writes something else', 'echo "hello, this is no cubin" > "$output"', 'ELF'],
    ])('%s', async (_title, body, message) => {
      const error = await failsWith({ body });
      expect(error.message).toContain('exit status 0');
      expect(error.message).toContain(message);
    });

    it('is too old', async () => {
      const { compiler } = setUp({ release: '12.2' });
      const error = await failureOf(compile(compiler, kernelSource(), CUBIN));
      expect(error).toMatchObject({ code: 'DG_UNAVAILABLE', reason: 'nvcc-too-old' });
    });
  });

  describe('a strict source', () => {
    it('fails on local memory, also from the cache, and compiles where that is not required', async () => {
      const { make, nvcc } = setUp({ log: SPILLING_LOG });
      const source = kernelSource({ strict: true });
      const compiler = make();
      const error = await failureOf(compile(compiler, source, CUBIN));
      expect(error).toBeInstanceOf(DgCompileError);
      expect(error.message).toContain('208 of spill stores');
      expect(await failureOf(compile(compiler, source, CUBIN))).toBeInstanceOf(DgCompileError);
      expect(await failureOf(compile(make(), source, CUBIN))).toBeInstanceOf(DgCompileError);
      const allowed = await compile(compiler, source, CUBIN, { requireNoLocalMemory: false });
      expect(allowed.log).toContain('208');
      expect(await failureOf(compile(compiler, source, CUBIN))).toBeInstanceOf(DgCompileError);
      expect(nvcc.runs()).toBe(1);
    });

    it('can be asked of any cubin, but not of PTX', async () => {
      const { compiler } = setUp({ log: SPILLING_LOG });
      await expect(compile(compiler, kernelSource(), CUBIN)).resolves.toMatchObject({ cached: false });
      const required = { requireNoLocalMemory: true };
      expect(await failureOf(compile(compiler, kernelSource(), CUBIN, required))).toBeInstanceOf(
        DgCompileError,
      );
      const error = await failureOf(compile(compiler, kernelSource(), PTX, required));
      expect(error).toMatchObject({ code: 'DG_INVALID_ARGUMENT' });
      await expect(compile(compiler, kernelSource({ strict: true }), PTX)).resolves.toBeDefined();
    });

    it('passes when it is clean', async () => {
      const { compiler } = setUp();
      await expect(compile(compiler, kernelSource({ strict: true }), CUBIN)).resolves.toBeDefined();
    });
  });

  describe('what the environment asks for', () => {
    const env = (name: string) => ({ PATH: process.env['PATH'], [name]: '1' });

    it('is nothing by default', async () => {
      const { compiler, logger } = setUp();
      await compile(compiler, kernelSource(), CUBIN);
      expect(logger.lines).toEqual([expect.stringMatching(/^debug: test-kernel .*cache miss/)]);
    });

    // Pitfall: verbose output and dumps silent on a cache hit.
    it('prints the command, also on a hit, and before a failure', async () => {
      const setup = setUp({}, { env: env('DG_JIT_PRINT_COMPILER_COMMAND') });
      const includeRoots = [temporaryDirectory()];
      await compile(setup.make(), kernelSource({ includeRoots }), CUBIN);
      await compile(setup.make(), kernelSource({ includeRoots }), CUBIN);
      const flags =
        '-std=c++20 -O3 --expt-relaxed-constexpr -gencode=arch=compute_90a,code=sm_90a -cubin -Xptxas -v';
      const command = `${setup.nvcc.path} ${flags} -I${includeRoots[0]} source.cu -o kernel.cubin`;
      expect(setup.logger.lines.filter((line) => line.startsWith('info'))).toEqual([
        `info: test-kernel (sm_90a, cubin): command: ${command}`,
        `info: test-kernel (sm_90a, cubin): command (cached): ${command}`,
      ]);

      const failing = setUp({ body: 'exit 1' }, { env: env('DG_JIT_PRINT_COMPILER_COMMAND') });
      await failureOf(compile(failing.compiler, kernelSource(), CUBIN));
      expect(failing.logger.lines).toEqual([expect.stringContaining(failing.nvcc.path)]);
    });

    // Pitfall: verbose output and dumps silent on a cache hit.
    it('prints the log of ptxas, also on a hit', async () => {
      const setup = setUp({}, { env: env('DG_JIT_PTXAS_VERBOSE') });
      await compile(setup.make(), kernelSource(), CUBIN);
      await compile(setup.make(), kernelSource(), CUBIN);
      expect(setup.logger.lines.filter((line) => line.startsWith('info'))).toEqual([
        `info: test-kernel (sm_90a, cubin): ptxas:\n${CLEAN_LOG}`,
        `info: test-kernel (sm_90a, cubin): ptxas (cached):\n${CLEAN_LOG}`,
      ]);
    });

    it('tells key, hit or miss, path and time', async () => {
      const setup = setUp({}, { env: env('DG_JIT_DEBUG') });
      const { key, path } = await compile(setup.make(), kernelSource(), CUBIN);
      await compile(setup.make(), kernelSource(), CUBIN);
      expect(setup.logger.lines).toHaveLength(2);
      for (const part of [`key ${key}`, path, 'nvcc release 13.0', ' ms']) {
        expect(setup.logger.lines[0]).toContain(part);
        expect(setup.logger.lines[1]).toContain(part);
      }
      expect(setup.logger.lines.map((line) => /^info: .*cache (\w+)/.exec(line)?.[1])).toEqual([
        'miss',
        'hit',
      ]);
    });
  });

  // Pitfall: the current directory shadows a header; the environment brings headers, flags or programs.
  it('runs the compiler in a private directory with a bare environment', async () => {
    const seen = temporaryDirectory();
    const body = `env > ${seen}/env; pwd > ${seen}/pwd; ls -A > ${seen}/ls; stat -c %a .. > ${seen}/mode; cp "$image" "$output"`;
    const setup = setUp({ body });
    const foreign = temporaryDirectory();
    writeFileSync(join(foreign, 'cp'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const env = {
      PATH: `${foreign}:${process.env['PATH']}`,
      HOME: foreign,
      LD_LIBRARY_PATH: foreign,
      LD_PRELOAD: '',
      CPATH: foreign,
      C_INCLUDE_PATH: foreign,
      CPLUS_INCLUDE_PATH: foreign,
      NVCC_CCBIN: foreign,
      NVCC_PREPEND_FLAGS: '-DX',
      NVCC_APPEND_FLAGS: '-DX',
      GCC_EXEC_PREFIX: foreign,
    };
    await compile(setup.make({ env }), kernelSource(), CUBIN);
    const read = (name: string) => readFileSync(join(seen, name), 'utf8').trim();
    const names = read('env')
      .split('\n')
      .map((line) => line.split('=')[0]);
    const ofTheShell = ['PWD', 'OLDPWD', 'SHLVL', '_'];
    expect(names.filter((name) => !ofTheShell.includes(name ?? '')).sort()).toEqual([
      'GLIBC_TUNABLES',
      'HOME',
      'LC_ALL',
      'PATH',
      'TMPDIR',
    ]);
    expect(read('env')).not.toContain(foreign);
    expect(read('env')).toContain(`PATH=${dirname(setup.nvcc.path)}:/usr/local/bin:/usr/bin:/bin\n`);
    const scratch = join(setup.cacheDirectory, 'dg-2/tmp');
    expect(read('pwd').startsWith(scratch)).toBe(true);
    expect(read('env')).toContain(`TMPDIR=${scratch}`);
    expect(read('mode')).toBe('700');
    expect(read('ls')).toBe('source.cu');
  });

  it('gives nvcc the host compiler that is named, and says so when it is none', async () => {
    const setup = setUp({ body: 'echo "$@"; cp "$image" "$output"' });
    const hostCompiler = join(temporaryDirectory(), 'g++');
    writeFileSync(hostCompiler, '', { mode: 0o755 });
    const env = { DG_JIT_HOST_COMPILER: hostCompiler };
    const { log, command, key } = await compile(setup.make({ env }), kernelSource(), CUBIN);
    expect(log).toContain(`-ccbin=${hostCompiler}`);
    expect(command).toContain(`-ccbin=${hostCompiler}`);
    // It preprocesses only, and is no part of what a kernel is.
    expect(await compile(setup.make(), kernelSource(), CUBIN)).toMatchObject({ key, cached: true });
    const wrong = setup.make({ hostCompiler: '/nonexistent/g++' });
    expect(await failureOf(compile(wrong, kernelSource({ code: '// 2' }), CUBIN))).toMatchObject({
      reason: 'host-compiler-not-executable',
    });
  });

  it('tells what it does, to its owner and on the channel', async () => {
    const published: unknown[] = [];
    const listener = (event: unknown) => void published.push(event);
    subscribe(KERNEL_CHANNEL, listener);
    onTestFinished(() => void unsubscribe(KERNEL_CHANNEL, listener));
    const { make, events, nvcc } = setUp();
    const compiler = make();
    const source = kernelSource();
    const { key, path = '' } = await compile(compiler, source, CUBIN);
    await compile(compiler, source, CUBIN);
    await compile(make(), kernelSource(), CUBIN);
    writeFileSync(path, '');
    await compile(make(), kernelSource(), CUBIN);
    const upgraded = fakeNvcc(temporaryDirectory(), { build: '99' });
    const { key: other } = await compile(make({ nvcc: upgraded.path }), kernelSource(), CUBIN);
    const failing = fakeNvcc(temporaryDirectory(), { body: 'exit 1' });
    await failureOf(compile(make({ nvcc: failing.path }), kernelSource({ code: '// 2' }), CUBIN));

    const kernel = { name: 'test-kernel', architecture: 'sm_90a', output: 'cubin', key };
    const milliseconds = expect.any(Number);
    const compiled = (cause: string, about = kernel) => [
      { type: 'compile-start', ...about, compiler: 'nvcc', cause },
      { type: 'compile-end', ...about, compiler: 'nvcc', cause, cached: false, milliseconds },
    ];
    const hit = (cause: string) => ({ type: 'cache-hit', ...kernel, cause, cached: true, milliseconds });
    expect(events).toEqual([
      ...compiled('not-cached'),
      hit('memory'),
      hit('disk'),
      ...compiled('entry-broken'),
      ...compiled('other-compiler', { ...kernel, key: other }),
      expect.objectContaining({ type: 'compile-start' }),
      expect.objectContaining({
        type: 'compile-failed',
        cached: false,
        milliseconds,
        error: expect.any(DgCompileError),
      }),
    ]);
    expect(published).toEqual(events);
    expect(nvcc.runs()).toBe(2);
  });

  it('leaves entries that others may read, as far as the umask lets them', async () => {
    const { compiler } = setUp();
    const { path = '' } = await compile(compiler, kernelSource(), CUBIN);
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o777 & ~process.umask());
  });
});

describe('compile', () => {
  // Pitfall: N processes compile the same kernel N times.
  it('shares one run between calls for the same kernel', async () => {
    const { compiler, nvcc } = setUp({ body: 'sleep 0.2; cp "$image" "$output"' });
    const kernels = await Promise.all([1, 2, 3].map(() => compiler.compile(kernelSource(), CUBIN)));
    expect(nvcc.runs()).toBe(1);
    expect(new Set(kernels.map(({ path }) => path)).size).toBe(1);
  });

  it('shares a failure too, and then tries again', async () => {
    const { compiler, nvcc } = setUp({ body: 'sleep 0.2; exit 1' });
    const both = await Promise.allSettled([1, 2].map(() => compiler.compile(kernelSource(), CUBIN)));
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(nvcc.runs()).toBe(1);
    await failureOf(compiler.compile(kernelSource(), CUBIN));
    expect(nvcc.runs()).toBe(2);
  });

  it('gives up when its signal says so, and kills the compiler when nobody else waits', async () => {
    const { compiler, cacheDirectory, nvcc, events } = setUp({ body: 'sleep 20' });
    const [first, second] = [new AbortController(), new AbortController()];
    const start = performance.now();
    const one = compiler.compile(kernelSource(), CUBIN, { signal: first.signal });
    const two = compiler.compile(kernelSource(), CUBIN, { signal: second.signal });
    while (nvcc.runs() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    first.abort(new Error('the first gave up'));
    await expect(one).rejects.toThrow('the first gave up');
    second.abort(new Error('so did the second'));
    await expect(two).rejects.toThrow('so did the second');
    while (readdirSync(join(cacheDirectory, 'dg-2/tmp')).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(performance.now() - start).toBeLessThan(15_000);
    expect(events.map(({ type }) => type)).toEqual(['compile-start']);
    const late = compiler.compile(kernelSource(), CUBIN, { signal: AbortSignal.abort(new Error('late')) });
    await expect(late).rejects.toThrow('late');
    expect(nvcc.runs()).toBe(1);
  });

  it('does not keep its blocking twin on the same thread waiting', async () => {
    const { make, nvcc } = setUp({ body: 'sleep 0.3; cp "$image" "$output"' });
    const running = make().compile(kernelSource(), CUBIN);
    while (nvcc.runs() === 0) await new Promise((resolve) => setTimeout(resolve, 10));
    const start = performance.now();
    const kernel = make().compileSync(kernelSource(), CUBIN);
    expect(performance.now() - start).toBeLessThan(10_000);
    expect((await running).path).toBe(kernel.path);
    expect(nvcc.runs()).toBe(2);
  });

  it('keeps the event loop free', async () => {
    const { compiler } = setUp({ body: 'sleep 0.5; cp "$image" "$output"' });
    let ticks = 0;
    const timer = setInterval(() => {
      ticks += 1;
    }, 10);
    await compiler.compile(kernelSource(), CUBIN);
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(5);
  });

  it('rejects rather than throws for a wrong source', async () => {
    const { compiler } = setUp();
    await expect(compiler.compile(kernelSource({ name: '../x' }), CUBIN)).rejects.toThrow('../x');
  });
});

describe('createCompiler', () => {
  it('needs no nvcc until the first kernel', () => {
    const compiler = createCompiler({ nvcc: '/nonexistent/nvcc', env: {} });
    expect(() => compiler.compileSync(kernelSource(), CUBIN)).toThrow(
      expect.objectContaining({ reason: 'nvcc-not-executable' }),
    );
  });

  it('refuses what it cannot honour', () => {
    expect(() => createCompiler({ env: { DG_JIT_DEBUG: 'true' } })).toThrow('DG_JIT_DEBUG');
    expect(() => createCompiler({ env: { DG_JIT_USE_NVRTC: 'yes' } })).toThrow('DG_JIT_USE_NVRTC');
    expect(() => createCompiler({ env: {}, compiler: 'gcc' as 'nvcc' })).toThrow('nvcc or nvrtc');
    for (const number of [0, -1, 1.5, Number.NaN]) {
      expect(() => createCompiler({ env: {}, parallelism: number })).toThrow('parallelism');
      expect(() => createCompiler({ env: {}, cacheLimitBytes: number })).toThrow('cacheLimitBytes');
    }
    for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31]) {
      expect(() => createCompiler({ env: {}, timeoutMs })).toThrow('timeoutMs');
    }
  });
});
