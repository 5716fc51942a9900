import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CompilerOptions } from './compiler-types.js';
import { createCompiler } from './create-compiler.js';
import { DgUnavailableError } from './errors/dg-unavailable-error.js';
import { COMPILE_BOTH_WAYS } from './testing/compile-both-ways.js';
import { type FakeNvccOptions, fakeNvcc } from './testing/fake-nvcc.js';
import { CUBIN, kernelSource, PTX } from './testing/kernel-source.js';
import { recordingLogger } from './testing/recording-logger.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const nowhere = { PATH: '', CUDA_HOME: '', CUDA_PATH: '' };

function setUp(fake: FakeNvccOptions = {}) {
  const nvcc = fakeNvcc(temporaryDirectory(), fake);
  const cacheDirectory = join(temporaryDirectory(), 'cache');
  const logger = recordingLogger();
  const make = (options: CompilerOptions = {}) =>
    createCompiler({ nvcc: nvcc.path, cacheDirectory, logger, env: {}, ...options });
  /** On a machine whose nvcc cannot be found: the directory that is named has none. */
  const without = (options: CompilerOptions = {}) =>
    make({ nvcc: undefined, env: { ...nowhere, CUDA_HOME: '/nonexistent' }, ...options });
  return { nvcc, cacheDirectory, logger, make, without };
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.unreachable('compiled'),
    (error: unknown) => error,
  );

const releases = (release: string) => fakeNvcc(temporaryDirectory(), { release }).path;

describe.each(COMPILE_BOTH_WAYS)('%s', (_, compile) => {
  describe('without a compiler', () => {
    it('takes what any compiler made, and needs one only for the rest', async () => {
      const { make, without, logger } = setUp();
      const kernel = await compile(make(), kernelSource(), CUBIN);
      const found = await compile(without(), kernelSource(), CUBIN);
      expect(found).toMatchObject({ key: kernel.key, path: kernel.path, cached: true, compiler: 'nvcc' });
      expect(found.command[0]).toBe('nvcc');
      expect(await failureOf(compile(without(), kernelSource(), PTX))).toMatchObject({
        reason: 'nvcc-not-executable',
      });
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
    });

    it('takes the newest, of the kind that was asked for first, and passes over a broken one', async () => {
      const { make, without, logger } = setUp();
      const builds: string[] = [];
      for (const release of ['12.4', '13.1', '12.8']) {
        const { path = '' } = await compile(make({ nvcc: releases(release) }), kernelSource(), CUBIN);
        builds.push(dirname(path));
        // Dates are in milliseconds.
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      const taken = async () => (await compile(without(), kernelSource(), CUBIN)).compilerVersion;
      expect(await taken()).toContain('12.8');
      const record = JSON.parse(readFileSync(join(builds[0]!, 'build.json'), 'utf8'));
      writeFileSync(join(builds[0]!, 'build.json'), JSON.stringify({ ...record, compiler: 'nvrtc' }));
      renameSync(builds[0]!, builds[0]!.replace(/nvcc-(\w+)$/, 'nvrtc-$1'));
      const nvrtc = without({ compiler: 'nvrtc', nvrtcLibrary: '/nonexistent/libnvrtc.so.13' });
      expect((await compile(nvrtc, kernelSource(), CUBIN)).compilerVersion).toContain('12.4');
      writeFileSync(join(builds[2]!, 'kernel.cubin'), 'half');
      expect(await taken()).toContain('13.1');
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toHaveLength(1);
    });

    it('is not satisfied with what another compiler made where there is one', async () => {
      const { make, nvcc } = setUp();
      await compile(make({ nvcc: releases('12.4') }), kernelSource(), CUBIN);
      expect(await compile(make(), kernelSource(), CUBIN)).toMatchObject({ cached: false });
      expect(nvcc.runs()).toBe(1);
    });
  });

  describe('where compiling is forbidden', () => {
    it.each<[string, CompilerOptions]>([
      ['by the option', { forbidCompile: true }],
      ['by DG_JIT_FORBID_COMPILE', { env: { DG_JIT_FORBID_COMPILE: '1' } }],
    ])('%s, a hit is as good as ever and a miss is an error', async (_title, forbidden) => {
      const { make, nvcc, cacheDirectory } = setUp();
      await compile(make(), kernelSource(), CUBIN);
      const events: unknown[] = [];
      const compiler = make({ ...forbidden, onEvent: (event) => events.push(event) });
      expect(await compile(compiler, kernelSource(), CUBIN)).toMatchObject({ cached: true });
      const error = await failureOf(compile(compiler, kernelSource({ name: 'other', code: '// 2' }), CUBIN));
      expect(error).toBeInstanceOf(DgUnavailableError);
      expect(error).toMatchObject({ reason: 'compile-forbidden' });
      expect((error as Error).message).toContain(
        `kernel other for sm_90a in cache directory ${cacheDirectory}`,
      );
      expect((error as Error).message).toContain('dg warmup');
      expect(nvcc.runs()).toBe(1);
      expect(events).toHaveLength(1);
    });

    it('takes what another compiler made, and asks no compiler', async () => {
      const { make } = setUp();
      await compile(make({ nvcc: releases('12.4') }), kernelSource(), CUBIN);
      const nvcc = fakeNvcc(temporaryDirectory(), { versionBody: 'exit 1' });
      const compiler = make({ nvcc: nvcc.path, forbidCompile: true });
      expect(await compile(compiler, kernelSource(), CUBIN)).toMatchObject({ cached: true });
    });
  });

  // Pitfall: the include path in the key.
  it('finds every kernel of a cache that was moved and may only be read', async () => {
    const { make, cacheDirectory, nvcc } = setUp();
    await compile(make(), kernelSource(), CUBIN);
    const moved = join(temporaryDirectory(), 'elsewhere');
    renameSync(cacheDirectory, moved);
    readOnly(moved);
    const logger = recordingLogger();
    const compiler = make({ cacheDirectory: moved, logger, cacheLimitBytes: 1 });
    expect(await compile(compiler, kernelSource(), CUBIN)).toMatchObject({ cached: true });
    expect(nvcc.runs()).toBe(1);
    expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([]);
  });

  it('does not take what lies in the place of another kernel', async () => {
    const { make, logger } = setUp();
    const { path: one = '' } = await compile(make(), kernelSource(), CUBIN);
    const { path: two = '' } = await compile(make(), kernelSource({ code: '// 2' }), CUBIN);
    renameSync(dirname(one), `${dirname(one)}.aside`);
    renameSync(dirname(two), dirname(one));
    const compiler = make({ forbidCompile: true });
    expect(await failureOf(compile(compiler, kernelSource(), CUBIN))).toMatchObject({
      reason: 'compile-forbidden',
    });
    expect(logger.lines.join()).toContain('where it was made for');
  });

  it('remembers the version of a program, not that of a script', async () => {
    const { make, cacheDirectory } = setUp();
    await compile(make(), kernelSource(), CUBIN);
    expect(existsSync(join(cacheDirectory, 'dg-2/compilers'))).toBe(false);
  });

  describe('a full disk', () => {
    const body = `case "$PWD" in *dg-2/tmp*) echo "fatal: No space left on device" >&2; exit 1;; esac; cp "$image" "$output"`;

    it('moves the compiler to the temporary directory of the system', async () => {
      const { make, nvcc, logger } = setUp({ body });
      const kernel = await compile(make(), kernelSource(), CUBIN);
      expect(kernel).toMatchObject({ cached: false });
      expect(nvcc.runs()).toBe(2);
      const warnings = logger.lines.filter((line) => line.startsWith('warn'));
      expect(warnings[0]).toMatch(/the disk of cache directory .* is full/);
    });

    it('is in the error when that is full as well', async () => {
      const { make } = setUp({ body: 'echo "fatal: No space left on device" >&2; exit 1' });
      const error = await failureOf(compile(make(), kernelSource(), CUBIN));
      expect(error).toMatchObject({ code: 'DG_COMPILE_FAILED' });
      expect((error as Error).message).toContain('No space left on device');
    });
  });

  describe('a cache that strangers may write to', () => {
    it.each([
      ['the directory', (directory: string) => directory],
      ['its kernels', (directory: string) => join(directory, 'dg-2/kernels')],
    ])('is not used when it is %s, with a warning', async (_title, place) => {
      const { make, cacheDirectory, logger, nvcc } = setUp();
      await compile(make(), kernelSource(), CUBIN);
      chmodSync(place(cacheDirectory), 0o777);
      const kernel = await compile(make(), kernelSource(), CUBIN);
      expect(kernel).toMatchObject({ cached: false, path: undefined });
      expect(nvcc.runs()).toBe(2);
      expect(logger.lines.filter((line) => line.startsWith('warn'))).toEqual([
        expect.stringMatching(/every user may write to .*chmod o-w/),
      ]);
    });

    it.each(['.', 'build.json', 'kernel.cubin'])('is broken when it is %s of an entry', async (name) => {
      const { make, logger } = setUp();
      const { path = '' } = await compile(make(), kernelSource(), CUBIN);
      chmodSync(join(dirname(path), name), 0o666 | (name === '.' ? 0o111 : 0));
      expect(await compile(make(), kernelSource(), CUBIN)).toMatchObject({ cached: false, path });
      expect(logger.lines.join()).toContain('every user may write to');
    });

    // Pitfall: kernels of a stranger in a shared cache.
    it('is never one that was made here, whatever the umask', async () => {
      const { make } = setUp();
      const before = process.umask(0);
      try {
        const { path = '' } = await compile(make(), kernelSource(), CUBIN);
        expect(statSync(dirname(path)).mode & 0o002).toBe(0);
        expect(await compile(make(), kernelSource(), CUBIN)).toMatchObject({ cached: true });
      } finally {
        process.umask(before);
      }
    });
  });

  it('leaves what other versions and other programs keep in the directory alone', async () => {
    const { make, cacheDirectory } = setUp();
    const theirs = ['cache/kernel.other/kernel.cubin', 'dg-1/kernels/x/y/build.json', 'tmp/old/source.cu'];
    for (const path of theirs) {
      mkdirSync(dirname(join(cacheDirectory, path)), { recursive: true });
      writeFileSync(join(cacheDirectory, path), 'theirs');
      utimesSync(dirname(join(cacheDirectory, path)), new Date(0), new Date(0));
    }
    await compile(make(), kernelSource(), CUBIN);
    for (const path of theirs) expect(readFileSync(join(cacheDirectory, path), 'utf8')).toBe('theirs');
  });

  it('keeps the size of the cache below a limit, those longest out of use going first', async () => {
    const { make, cacheDirectory, nvcc } = setUp();
    const sources = [1, 2, 3].map((index) => kernelSource({ name: `k${index}`, code: `// ${index}` }));
    const [first] = sources;
    const plain = make();
    for (const source of sources) await compile(plain, source, CUBIN);
    const folders = () => readdirSync(join(cacheDirectory, 'dg-2/kernels')).map((name) => name.slice(0, 2));
    // All that was kept before counts, and is as old as this.
    for (const name of readdirSync(join(cacheDirectory, 'dg-2/kernels'), { recursive: true })) {
      utimesSync(join(cacheDirectory, 'dg-2/kernels', String(name)), new Date(0), new Date(0));
    }
    const limited = make({ env: { DG_JIT_CACHE_LIMIT_MIB: '1' }, cacheLimitBytes: 4_000 });
    await compile(limited, { ...first! }, CUBIN);
    await compile(limited, kernelSource({ name: 'k4', code: '// 4' }), CUBIN);
    expect(folders()).toContain('k4');
    expect(folders()).toContain('k1');
    expect(folders().length).toBeLessThan(4);
    expect(nvcc.runs()).toBe(4);
  });

  it('removes nothing with a limit of Infinity, whatever the environment says, and tells what was used', async () => {
    const { make, cacheDirectory } = setUp();
    const env = { DG_JIT_CACHE_LIMIT_MIB: '1' };
    const { path = '' } = await compile(make(), kernelSource({ name: 'k1' }), CUBIN);
    writeFileSync(join(dirname(path), 'padding'), Buffer.alloc(2 ** 21));
    const record = join(dirname(path), 'build.json');
    utimesSync(record, new Date(0), new Date(0));
    const names = () => readdirSync(join(cacheDirectory, 'dg-2/kernels')).map((name) => name.slice(0, 2));

    const unlimited = make({ env, cacheLimitBytes: Number.POSITIVE_INFINITY });
    await compile(unlimited, kernelSource({ name: 'k2', code: '// 2' }), CUBIN);
    expect(names().sort()).toEqual(['k1', 'k2']);
    await compile(unlimited, kernelSource({ name: 'k1' }), CUBIN);
    expect(statSync(record).mtimeMs).toBeGreaterThan(0);
    await compile(make({ env }), kernelSource({ name: 'k3', code: '// 3' }), CUBIN);
    expect(names()).not.toContain('k1');
  });

  it('knows kernels with line information from those without', async () => {
    const { make, nvcc } = setUp();
    const plain = await compile(make(), kernelSource(), CUBIN);
    const lined = await compile(make({ lineInfo: true }), kernelSource(), CUBIN);
    expect(lined.key).not.toBe(plain.key);
    expect(lined.command).toContain('-lineinfo');
    const again = make({ env: { DG_JIT_WITH_LINEINFO: '1' } });
    expect(await compile(again, kernelSource(), CUBIN)).toMatchObject({ key: lined.key, cached: true });
    expect(nvcc.runs()).toBe(2);
  });
});

/** As far as the mode goes; root is stopped by nothing. */
function readOnly(path: string): void {
  if (statSync(path).isDirectory()) {
    for (const name of readdirSync(path)) readOnly(join(path, name));
    chmodSync(path, 0o555);
  } else {
    chmodSync(path, 0o444);
  }
}

it('makes no cache directory for a kernel that is refused', () => {
  const { make, cacheDirectory } = setUp();
  expect(() => make({ forbidCompile: true }).compileSync(kernelSource(), CUBIN)).toThrow(DgUnavailableError);
  expect(existsSync(cacheDirectory)).toBe(false);
  rmSync(cacheDirectory, { recursive: true, force: true });
});
