import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompiler } from './create-compiler.js';
import { type BuiltPackage, buildPackage } from './testing/built-package.js';
import { fakeNvcc } from './testing/fake-nvcc.js';
import { CUBIN, kernelSource } from './testing/kernel-source.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

let locking: BuiltPackage;
let unlocked: BuiltPackage;
beforeAll(async () => {
  locking = await buildPackage({ locking: true });
  unlocked = await buildPackage({ locking: false });
});
afterAll(() => {
  for (const built of [locking, unlocked]) built.remove();
});

interface Result {
  readonly path: string;
  readonly cached: boolean;
  /** Base64. */
  readonly image: string;
  readonly stderr: string;
}

type How = 'esm' | 'cjs' | 'sync' | 'worker';

interface Running {
  readonly child: ChildProcess;
  readonly result: Promise<Result>;
}

/** Compiles one kernel in a process of its own. */
function start(
  built: BuiltPackage,
  how: How,
  options: { readonly nvcc: string; readonly cacheDirectory: string; readonly timeoutMs?: number },
): Running {
  const load =
    how === 'cjs'
      ? `require(${JSON.stringify(built.cjs)})`
      : `await import(${JSON.stringify(pathToFileURL(built.esm).href)})`;
  const call = how === 'sync' ? 'compileSync' : 'compile';
  const compile = `(async () => {
    const { createCompiler } = ${load};
    const compiler = createCompiler(${JSON.stringify(options)});
    const { path, cached, image } = await compiler.${call}(${JSON.stringify(kernelSource())}, ${JSON.stringify(CUBIN)});
    process.stdout.write(JSON.stringify({ path, cached, image: Buffer.from(image).toString('base64') }));
  })()`;
  const script =
    how === 'worker'
      ? `new (require('node:worker_threads').Worker)(${JSON.stringify(compile)}, { eval: true })`
      : compile;
  // Package managers let every module be found.
  const { NODE_PATH: _, ...env } = process.env;
  const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'], env });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  const result = new Promise<Result>((resolve, reject) => {
    child.on('close', (status, signal) => {
      if (status === 0) resolve({ ...(JSON.parse(stdout) as Omit<Result, 'stderr'>), stderr });
      else reject(new Error(`status ${status ?? signal}: ${stderr}`));
    });
  });
  result.catch(() => {});
  return { child, result };
}

const runs = (directory: string) => join(directory, 'runs');

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(10);
}

describe('several processes with one cache directory', () => {
  const ways: readonly How[] = ['esm', 'cjs', 'sync', 'worker'];

  /** The image is another one every time, as that of a compiler that is not reproducible. */
  function setUp(body = 'sleep 0.5') {
    const cacheDirectory = join(temporaryDirectory(), 'not', 'there', 'yet');
    const directory = temporaryDirectory();
    const nvcc = fakeNvcc(directory, { body: `${body}\ncp "$image" "$output"; echo $$ >> "$output"` });
    const startAll = (built: BuiltPackage) =>
      ways.map((how) => start(built, how, { nvcc: nvcc.path, cacheDirectory }));
    return { cacheDirectory, directory, nvcc, startAll };
  }

  async function expectOneWholeEntry({ cacheDirectory, nvcc }: ReturnType<typeof setUp>) {
    expect(readdirSync(join(cacheDirectory, 'dg-2/kernels'))).toHaveLength(1);
    expect(readdirSync(join(cacheDirectory, 'dg-2/tmp'))).toEqual([]);
    const count = nvcc.runs();
    const last = await start(locking, 'cjs', { nvcc: nvcc.path, cacheDirectory }).result;
    expect(last).toMatchObject({ cached: true, stderr: '' });
    expect(nvcc.runs()).toBe(count);
  }

  async function expectSameKernel(running: readonly Running[]): Promise<readonly Result[]> {
    const results = await Promise.all(running.map(({ result }) => result));
    const [{ path, image }] = results as [Result, ...Result[]];
    expect(readFileSync(path).toString('base64')).toBe(image);
    for (const result of results) expect(result).toMatchObject({ path, image });
    return results;
  }

  // Pitfall: N processes compile the same kernel N times.
  it('one compiles and the others wait for it', async () => {
    const setup = setUp();
    const results = await expectSameKernel(setup.startAll(locking));
    expect(setup.nvcc.runs()).toBe(1);
    expect(results.filter(({ cached }) => !cached)).toHaveLength(1);
    expect(results.map(({ stderr }) => stderr).join('')).toBe('');
    expect(readdirSync(join(setup.cacheDirectory, 'dg-2/locks'))).toEqual([]);
    await expectOneWholeEntry(setup);
  });

  // Pitfall: N processes compile the same kernel N times.
  it('the next takes over at once from one that was killed', async () => {
    const setup = setUp('sleep 1');
    const options = { nvcc: setup.nvcc.path, cacheDirectory: setup.cacheDirectory };
    const first = start(locking, 'esm', options);
    await until(() => existsSync(runs(setup.directory)));
    const others = setup.startAll(locking);
    await sleep(300);
    first.child.kill('SIGKILL');
    await expect(first.result).rejects.toThrow('SIGKILL');
    await expectSameKernel(others);
    expect(setup.nvcc.runs()).toBe(2);
    // What the killed process was at work on is swept a day later.
    for (const name of readdirSync(join(setup.cacheDirectory, 'dg-2/tmp'))) {
      rmSync(join(setup.cacheDirectory, 'dg-2/tmp', name), { recursive: true });
    }
    await expectOneWholeEntry(setup);
  });

  // Pitfall: N processes compile the same kernel N times.
  it('nobody waits for ever for one that was stopped', async () => {
    const setup = setUp('sleep 0.4');
    const options = { nvcc: setup.nvcc.path, cacheDirectory: setup.cacheDirectory, timeoutMs: 2_500 };
    const first = start(locking, 'esm', options);
    await until(() => existsSync(runs(setup.directory)));
    first.child.kill('SIGSTOP');
    const second = await start(locking, 'sync', options).result;
    expect(second).toMatchObject({ cached: false });
    expect(second.stderr).toContain('ms of waiting for process');
    first.child.kill('SIGCONT');
    expect(await first.result).toMatchObject({ path: second.path, image: second.image });
    await expectOneWholeEntry(setup);
  });

  it('all end right when the entry is broken', async () => {
    const setup = setUp();
    const first = createCompiler({ nvcc: setup.nvcc.path, cacheDirectory: setup.cacheDirectory });
    const { path = '' } = first.compileSync(kernelSource(), CUBIN);
    writeFileSync(path, 'broken');
    rmSync(join(path, '../build.json'));
    const results = await expectSameKernel(setup.startAll(locking));
    expect(results[0]?.path).toBe(path);
    expect(results.map(({ stderr }) => stderr).join('')).toContain('is broken');
    expect(setup.nvcc.runs()).toBe(2);
    await expectOneWholeEntry(setup);
  });

  // Pitfall: half-written files read; races of directory creation.
  it('all end with the same kernel where files cannot be locked, and say so', async () => {
    // Waits until all have missed and run their compiler, so that the race is certain.
    const setup = setUp(`
tries=0
while [ "$(wc -l < "$(dirname "$0")/runs")" -lt ${ways.length} ] && [ $tries -lt 400 ]; do
  tries=$((tries + 1)); sleep 0.05
done`);
    const results = await expectSameKernel(setup.startAll(unlocked));
    expect(setup.nvcc.runs()).toBe(ways.length);
    for (const { stderr, cached } of results) {
      expect(cached).toBe(false);
      expect(stderr.match(/cannot lock files in .*dg-2\/locks/g)).toHaveLength(1);
    }
    await expectOneWholeEntry(setup);
  });
});
