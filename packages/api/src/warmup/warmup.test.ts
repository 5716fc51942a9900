import { writeFileSync } from 'node:fs';
import { createCompiler, listCachedKernels } from '@dg/jit';
import { gemmConfigName } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { denseProblem } from '../../test/support/dense-problem.js';
import { rankedConfigs } from '../config/select-config.js';
import { fakeNvcc } from '../testing/fake-nvcc.js';
import { tunedKey } from '../tuning/tuned-problem.js';
import { writeTuned } from '../tuning/tuned-store.js';
import { DgWarmupError } from './dg-warmup-error.js';
import { type WarmupOptions, warmup } from './warmup.js';
import { warmupKernels } from './warmup-kernels.js';
import type { WarmupOperation } from './warmup-operation.js';
import type { WarmupProgress } from './warmup-summary.js';

const operations: readonly WarmupOperation[] = [
  { operation: 'bf16GemmNt', m: { from: 1, to: 200 }, n: 576, k: 7168, d: 'bfloat16', c: false },
];

function setUp(body?: string) {
  const nvcc = fakeNvcc(body);
  const progress: WarmupProgress[] = [];
  const options: WarmupOptions = {
    nvcc: nvcc.path,
    cacheDirectory: nvcc.cacheDirectory,
    env: {},
    logger: { debug: () => {}, info: () => {}, warn: () => {} },
    onProgress: (step) => void progress.push(step),
  };
  return { nvcc, progress, options };
}

/** The kernels that the operations need, one of which a compiler of a test treats in another way. */
async function oneKernel() {
  const sources = await warmupKernels(operations, { multiprocessorCount: 132 });
  const one = sources[0]!;
  const isOne = `readFileSync("source.cu", "utf8").includes(${JSON.stringify(configOf(one.code))})`;
  return { one, isOne };
}

/** The line of a source that no other kernel has. */
function configOf(code: string): string {
  return /GemmConfig\{.*\}/.exec(code)![0];
}

describe('warmup', () => {
  it('does not drive out its first kernels by a limit of the cache', async () => {
    // Each kernel takes most of what is allowed.
    const { options } = setUp(
      "process.on('exit', () => appendFileSync(process.argv.at(-1), Buffer.alloc(900_000)));",
    );
    const limited = { ...options, env: { DG_JIT_CACHE_LIMIT_MIB: '1' } };
    const { kernels, compiled } = await warmup(operations, limited);
    expect(compiled).toBe(kernels);
    expect(kernels).toBeGreaterThan(1);
    expect(listCachedKernels(options.cacheDirectory!)).toHaveLength(kernels);
  });

  it('has the kernels of what was measured in its directory as well', async () => {
    const { options } = setUp();
    const cacheDirectory = options.cacheDirectory!;
    const problem = denseProblem({ operandType: 'bfloat16', m: 64, n: 576, k: 7168 });
    const device = { model: 'NVIDIA H200', multiprocessorCount: 132 };
    const config = gemmConfigName(rankedConfigs(problem, device)[3]!);
    writeTuned(cacheDirectory, { key: tunedKey(problem, device), config, microseconds: 5 });
    const { kernels } = await warmup(operations, options);
    expect(kernels).toBe((await warmupKernels(operations, { multiprocessorCount: 132 })).length + 1);
    const names = listCachedKernels(cacheDirectory).map(({ record }) => record?.name);
    expect(names).toContain(`bf16-gemm-${config}`);
  });

  // Pitfall: a kernel that nobody warmed up for compiles in the middle of serving.
  it('compiles each kernel once, tells how far it is, and leaves nothing to compile', async () => {
    const { nvcc, progress, options } = setUp();
    const summary = await warmup(operations, options);
    const sources = await warmupKernels(operations, { multiprocessorCount: 132 });
    expect(summary).toEqual({
      architecture: 'sm_90a',
      multiprocessorCount: 132,
      cacheDirectory: nvcc.cacheDirectory,
      kernels: sources.length,
      compiled: sources.length,
      cached: 0,
      failures: [],
      milliseconds: expect.any(Number),
    });
    expect(nvcc.runs()).toBe(sources.length);
    expect(progress[0]).toEqual({ done: 0, total: sources.length });
    expect(progress.map(({ done }) => done)).toEqual([...sources.keys(), sources.length]);
    expect(progress.at(-1)?.kernel).toMatchObject({ result: 'compiled' });

    const server = createCompiler({ cacheDirectory: nvcc.cacheDirectory, forbidCompile: true, env: {} });
    for (const source of sources) {
      expect(server.compileSync(source, { architecture: 'sm_90a', output: 'cubin' }).cached).toBe(true);
    }
    expect(await warmup(operations, options)).toMatchObject({ compiled: 0, cached: sources.length });
  });

  it('goes on after a kernel that does not compile, and then says which', async () => {
    const { one, isOne } = await oneKernel();
    const { options, nvcc } = setUp(`if (${isOne}) process.exit(1);`);
    const error = await warmup(operations, options).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(DgWarmupError);
    const { summary, message } = error as DgWarmupError;
    expect(summary.failures).toHaveLength(1);
    expect(summary.compiled).toBe(summary.kernels - 1);
    expect(nvcc.runs()).toBe(summary.kernels);
    expect(message).toContain(one.name);
    expect(message).toContain('exit status 1');
  });

  it('fails where kernels cannot be kept', async () => {
    const { options, nvcc } = setUp();
    writeFileSync(nvcc.cacheDirectory, 'a file in its place');
    await expect(warmup(operations, options)).rejects.toThrow('could not be kept');
  });

  it('fails once without a compiler', async () => {
    const { options } = setUp();
    await expect(warmup(operations, { ...options, nvcc: '/nonexistent/nvcc' })).rejects.toMatchObject({
      reason: 'nvcc-not-executable',
    });
  });

  it('gives up when it is told to, and keeps what is done', async () => {
    const { one, isOne } = await oneKernel();
    const { options, nvcc } = setUp(`if (!${isOne}) while (true);`);
    const controller = new AbortController();
    const start = performance.now();
    const promise = warmup(operations, {
      ...options,
      parallelism: 2,
      signal: controller.signal,
      onProgress: ({ done }) => done > 0 && controller.abort(new Error('enough')),
    });
    await expect(promise).rejects.toThrow('enough');
    expect(performance.now() - start).toBeLessThan(20_000);
    const cached = createCompiler({ cacheDirectory: nvcc.cacheDirectory, forbidCompile: true, env: {} });
    expect(cached.compileSync(one, { architecture: 'sm_90a', output: 'cubin' }).cached).toBe(true);
  });

  it('refuses an architecture without kernels', async () => {
    const { options } = setUp();
    await expect(warmup(operations, { ...options, architecture: 'sm_80' })).rejects.toThrow('sm_90a');
  });
});
