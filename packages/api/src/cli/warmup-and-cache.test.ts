import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { writeTuned } from '../tuning/tuned-store.js';
import { createProgram } from './create-program.js';
import { formatAge, formatBytes } from './format-size.js';
import { parseExtent } from './parse-extent.js';
import { parseAge, parseBytes } from './parse-size.js';
import { readShapes } from './read-shapes.js';
import { showProgress } from './show-progress.js';

/** Runs `dg` with the arguments and returns what it says. */
async function dg(...parameters: string[]): Promise<string> {
  const lines: string[] = [];
  const program = createProgram((line) => lines.push(line));
  const quiet = (command: typeof program): void => {
    command.exitOverride().configureOutput({ writeErr: () => {}, writeOut: () => {} });
    command.commands.forEach(quiet);
  };
  quiet(program);
  await program.parseAsync(parameters, { from: 'user' });
  return lines.join('\n');
}

const builtCommand = join(import.meta.dirname, '../../dist/cli.js');
if (!existsSync(builtCommand)) {
  console.warn(`SKIPPED: an interrupted dg warmup, as ${builtCommand} is not built`);
}

const sizes = ['--m', '1..64', '--n', '576', '--k', '512', '--d', 'bfloat16', '--no-c'];

let nvcc: ReturnType<typeof fakeNvcc>;
beforeEach(() => {
  nvcc = fakeNvcc();
  vi.stubEnv('DG_JIT_NVCC_COMPILER', nvcc.path);
  vi.stubEnv('DG_JIT_CACHE_DIR', nvcc.cacheDirectory);
  vi.stubEnv('DG_JIT_USE_NVRTC', '');
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  process.exitCode = undefined;
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

function temporaryFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'dg-shapes-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  writeFileSync(join(directory, 'shapes.json'), text);
  return join(directory, 'shapes.json');
}

describe('dg warmup', () => {
  it('compiles what the options say, with a line for each kernel and a summary', async () => {
    const text = await dg('warmup', '--operation', 'fp8GemmNt', ...sizes);
    expect(text).toMatch(/^2 kernels for sm_90a with 132 multiprocessors in .*: 2 compiled, 0 there before/);
    expect(nvcc.runs()).toBe(2);
    const lines = vi.mocked(process.stderr.write).mock.calls.map(([line]) => String(line));
    expect(lines.filter((line) => /^\d\/2 .* compiled, \d+\.\d s\n$/.test(line))).toHaveLength(2);
  });

  it('takes a file of shapes, and other directories, cards and kernels', async () => {
    const shapes = [
      { operation: 'bf16GemmNt', m: { from: 1, to: 64 }, n: 576, k: 512, d: 'bfloat16', c: false },
    ];
    const elsewhere = join(nvcc.cacheDirectory, 'elsewhere');
    const options = ['--cache-dir', elsewhere, '--sms', '114', '--with', 'scale-layouts', '--json'];
    const summary = JSON.parse(await dg('warmup', temporaryFile(JSON.stringify(shapes)), ...options));
    expect(summary).toMatchObject({ multiprocessorCount: 114, cacheDirectory: elsewhere, cached: 0 });
    expect(summary.kernels).toBeGreaterThan(5);
    expect(existsSync(join(elsewhere, 'dg-2'))).toBe(true);
  });

  it('lists without compiling', async () => {
    const text = await dg('warmup', '--list', '--operation', 'fp8GemmNt', ...sizes);
    expect(text.split('\n')).toEqual([expect.stringMatching(/^fp8-gemm-/), 'mn-major-copy']);
    expect(nvcc.runs()).toBe(0);
  });

  it.each([
    [[], '--operation or --with'],
    [['--operation', 'fp8GemmNt', '--m', '1'], '--m, --n and --k'],
    [['--operation', 'fp8Gemm'], 'expected fp8GemmNt'],
    [['--operation', 'fp8GemmNt', '--m', 'many'], '1..8192'],
    [['--operation', 'fp8GemmNt', '--architecture', 'sm_80', '--m', '1', '--n', '8', '--k', '16'], 'sm_90a'],
  ])('refuses %j', async (options, message) => {
    await expect(dg('warmup', ...options)).rejects.toThrow(message);
  });

  it.each([
    ['{', 'expected a JSON file'],
    ['{}', 'a list of operations'],
    ['[1]', 'an object'],
    ['[{"operation":"gemm"}]', 'for operation in'],
    ['[{"operation":"fp8GemmNt","M":1}]', 'received "M"'],
    ['[{"operation":"fp8GemmNt","layout":"row"}]', 'for layout'],
    ['[{"operation":"fp8GemmNt","c":1}]', 'for c'],
  ])('refuses the file %s', (text, message) => {
    expect(() => readShapes(temporaryFile(text))).toThrow(message);
  });

  it.skipIf(!existsSync(builtCommand))('ends on SIGINT, with its compilers', async () => {
    const hanging = fakeNvcc('while (true);');
    const child = spawn(process.execPath, [builtCommand, 'warmup', '--operation', 'fp8GemmNt', ...sizes], {
      env: { ...process.env, DG_JIT_NVCC_COMPILER: hanging.path, DG_JIT_CACHE_DIR: hanging.cacheDirectory },
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    while (hanging.runs() === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    const exitCode = await new Promise((resolve) => child.on('close', resolve));
    expect([exitCode, stderr]).toEqual([130, 'interrupted: 0 of 2 kernels done, which are kept\n']);
    expect(readdirSync(join(hanging.cacheDirectory, 'dg-2/tmp'))).toEqual([]);
  });
});

describe('dg tune', () => {
  it.each([
    [[], 'expected a file of shapes or --operation but received none'],
    [['--operation', 'fp8GemmNt', '--m', '1'], '--m, --n and --k'],
    [['--operation', 'fp8GemmNt', ...sizes, '--candidates', '0'], 'expected an integer of at least 1'],
    [
      ['--operation', 'fp8GemmNt', ...sizes, '--device', 'cpu'],
      'expected a device that runs kernels but received cpu',
    ],
    [['--operation', 'fp8GemmNt', ...sizes, '--device', 'abacus'], 'abacus'],
  ])('refuses %j', async (options, message) => {
    await expect(dg('tune', ...options)).rejects.toThrow(message);
    expect(existsSync(join(nvcc.cacheDirectory, 'tuned-1'))).toBe(false);
  });
});

describe('dg cache', () => {
  beforeEach(async () => {
    await dg('warmup', '--operation', 'fp8GemmNt', ...sizes);
  });

  const kernelFile = (name: string) => {
    const folder = readdirSync(join(nvcc.cacheDirectory, 'dg-2/kernels')).find((each) =>
      each.startsWith(name),
    )!;
    const [build] = readdirSync(join(nvcc.cacheDirectory, 'dg-2/kernels', folder));
    return join(nvcc.cacheDirectory, 'dg-2/kernels', folder, build!, 'kernel.cubin');
  };

  it('lists', async () => {
    const text = await dg('cache', 'list');
    expect(text).toMatch(/fp8-gemm-\S+ +sm_90a cubin +release 13\.0, V13\.0\.88 +\S+ (KiB|B) +\d+ s/);
    expect(text).toMatch(/2 kernels \(.* KiB\) in/);
    const { kernels } = JSON.parse(await dg('cache', 'list', '--json'));
    expect(kernels).toHaveLength(2);
    expect(await dg('cache', 'list', '--cache-dir', '/nonexistent')).toBe('0 kernels (0 B) in /nonexistent');
  });

  it('verifies', async () => {
    expect(await dg('cache', 'verify')).toMatch(/^2 kernels .* 0 broken$/);
    expect(process.exitCode).toBeUndefined();
    writeFileSync(kernelFile('mn-major-copy'), 'broken');
    const text = await dg('cache', 'verify');
    expect(text).toMatch(/^mn-major-copy nvcc-\w+: expected \d+ bytes/);
    expect(process.exitCode).toBe(1);
    expect(JSON.parse(await dg('cache', 'verify', '--json')).broken).toHaveLength(1);
    expect(await dg('cache', 'clear', '--broken')).toMatch(
      /^1 kernels .* removed from .*, 1 kernels .* left$/,
    );
  });

  it('lists what was measured, and clears it only when it is asked to', async () => {
    writeTuned(nvcc.cacheDirectory, { key: 'a key', config: '64x64', microseconds: 9 });
    expect(await dg('cache', 'list')).toMatch(/^tuned-1, what dg tune measured: \d+ B$/m);
    expect(JSON.parse(await dg('cache', 'list', '--json')).tuned).toEqual([
      { name: 'tuned-1', bytes: expect.any(Number) },
    ]);
    await expect(dg('cache', 'clear', '--tuned', '--to', '1KiB')).rejects.toThrow('--tuned without');
    await dg('cache', 'clear');
    expect(existsSync(join(nvcc.cacheDirectory, 'tuned-1'))).toBe(true);
    await dg('cache', 'clear', '--tuned');
    expect(existsSync(join(nvcc.cacheDirectory, 'tuned-1'))).toBe(false);
  });

  it('clears', async () => {
    expect(await dg('cache', 'clear', '--older-than', '1h')).toMatch(/^0 kernels/);
    expect(await dg('cache', 'clear', '--to', '1KiB')).toMatch(/^2 kernels .* removed/);
    expect(JSON.parse(await dg('cache', 'clear', '--json'))).toMatchObject({ removed: [], left: 0 });
    await expect(dg('cache', 'clear', '--older-than', '30')).rejects.toThrow('30');
  });
});

describe('what commands read and write', () => {
  it.each([
    ['64', 64],
    ['1,64,128', [1, 64, 128]],
    ['1..8192', { from: 1, to: 8192 }],
    ['128..65536/128', { from: 128, to: 65_536, step: 128 }],
  ])('the extent %s', (text, extent) => {
    expect(parseExtent(text)).toEqual(extent);
  });

  it.each(['', '0', '-1', '1.5', '1..', '1...3', '1..3/0', '1,,2'])('no extent: %j', (text) => {
    expect(() => parseExtent(text)).toThrow('expected 64');
  });

  it('sizes and ages', () => {
    expect([parseBytes('512MiB'), parseAge('1.5h')]).toEqual([536_870_912, 5_400_000]);
    for (const text of ['512', 'MiB', '1MB', '-1MiB']) expect(() => parseBytes(text)).toThrow(text);
    expect([0, 1023, 1536, 3 * 2 ** 30].map(formatBytes)).toEqual(['0 B', '1023 B', '1.5 KiB', '3.0 GiB']);
    expect([-5, 500, 61_000, 7_300_000, 2e9].map(formatAge)).toEqual(['0 s', '0 s', '1 min', '2 h', '23 d']);
  });

  it('a bar on a terminal', () => {
    const written: string[] = [];
    const stream = Object.assign(Object.create(process.stderr), {
      isTTY: true,
      write: (text: string) => written.push(text),
      cursorTo: () => {},
      clearLine: () => {},
    });
    const { update, stop } = showProgress(stream, 'kernels');
    update(0, 2, undefined);
    update(2, 2, 'fp8-gemm compiled');
    stop();
    expect(written.join('')).toContain('2/2 kernels');
    expect(written.join('')).toContain('fp8-gemm');
  });
});
