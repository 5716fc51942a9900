import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'tsup';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCompiler } from './create-compiler.js';
import { fakeNvcc } from './testing/fake-nvcc.js';
import { CUBIN, kernelSource } from './testing/kernel-source.js';
import { temporaryDirectory } from './testing/temporary-directory.js';

const BUILT = mkdtempSync(join(tmpdir(), 'dg-jit-built-'));

beforeAll(async () => {
  await build({
    entry: [join(import.meta.dirname, 'index.ts')],
    outDir: BUILT,
    config: false,
    format: ['esm', 'cjs'],
    outExtension: ({ format }) => ({ js: format === 'esm' ? '.mjs' : '.cjs' }),
    target: 'node20',
    shims: true,
    silent: true,
  });
});

afterAll(() => rmSync(BUILT, { recursive: true, force: true }));

interface Result {
  readonly path: string;
  readonly cached: boolean;
  /** Base64. */
  readonly image: string;
  readonly stderr: string;
}

function compileInProcess(nvcc: string, cacheDirectory: string, format: 'esm' | 'cjs'): Promise<Result> {
  const load =
    format === 'cjs'
      ? `require(${JSON.stringify(join(BUILT, 'index.cjs'))})`
      : `await import(${JSON.stringify(pathToFileURL(join(BUILT, 'index.mjs')).href)})`;
  const script = `(async () => {
    const { createCompiler } = ${load};
    const compiler = createCompiler(${JSON.stringify({ nvcc, cacheDirectory })});
    const { path, cached, image } = await compiler.compile(${JSON.stringify(kernelSource())}, ${JSON.stringify(CUBIN)});
    process.stdout.write(JSON.stringify({ path, cached, image: Buffer.from(image).toString('base64') }));
  })()`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [stdout, stderr] = ['', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('close', (status) => {
      if (status === 0) resolve({ ...(JSON.parse(stdout) as Omit<Result, 'stderr'>), stderr });
      else reject(new Error(`status ${status}: ${stderr}`));
    });
  });
}

describe('several processes with one cache directory', () => {
  // Waits until all have missed and run their compiler, so that the race is certain. The image is another one every
  // time, as that of a compiler that is not reproducible.
  const body = (runs: string, meeting: string) => `
tries=0
while [ -f '${meeting}' ] && [ "$(wc -l < '${runs}')" -lt "$(cat '${meeting}')" ] && [ $tries -lt 400 ]; do
  tries=$((tries + 1)); sleep 0.05
done
cp "$image" "$output"; echo $$ >> "$output"`;
  const formats = ['esm', 'cjs', 'esm'] as const;

  function setUp() {
    const cacheDirectory = join(temporaryDirectory(), 'not', 'there', 'yet');
    const directory = temporaryDirectory();
    const meeting = join(directory, 'meeting');
    const nvcc = fakeNvcc(directory, { body: body(join(directory, 'runs'), meeting) });
    const compileAtOnce = () => {
      writeFileSync(meeting, String(nvcc.runs() + formats.length));
      return Promise.all(formats.map((format) => compileInProcess(nvcc.path, cacheDirectory, format)));
    };
    return { cacheDirectory, nvcc, compileAtOnce };
  }

  async function expectOneWholeEntry({ cacheDirectory, nvcc }: ReturnType<typeof setUp>) {
    expect(readdirSync(join(cacheDirectory, 'cache'))).toHaveLength(1);
    expect(readdirSync(join(cacheDirectory, 'tmp'))).toEqual([]);
    const runs = nvcc.runs();
    const last = await compileInProcess(nvcc.path, cacheDirectory, 'cjs');
    expect(last).toMatchObject({ cached: true, stderr: '' });
    expect(nvcc.runs()).toBe(runs);
  }

  it('all end with the same kernel when they compile it at once', async () => {
    const setup = setUp();
    const results = await setup.compileAtOnce();
    expect(setup.nvcc.runs()).toBe(formats.length);
    const [{ path, image }] = results as [Result, ...Result[]];
    expect(readFileSync(path).toString('base64')).toBe(image);
    for (const result of results) expect(result).toEqual({ path, image, cached: false, stderr: '' });
    await expectOneWholeEntry(setup);
  });

  it('all end right when the entry is broken', async () => {
    const setup = setUp();
    const first = createCompiler({ nvcc: setup.nvcc.path, cacheDirectory: setup.cacheDirectory });
    const { path = '' } = first.compileSync(kernelSource(), CUBIN);
    writeFileSync(path, 'broken');
    rmSync(join(path, '../build.json'));
    const results = await setup.compileAtOnce();
    for (const result of results) {
      expect(result).toMatchObject({ path, cached: false });
      expect(Buffer.from(result.image, 'base64').subarray(1, 4).toString()).toBe('ELF');
    }
    expect(results.map(({ stderr }) => stderr).join('')).toContain('is broken');
    await expectOneWholeEntry(setup);
  });
});
