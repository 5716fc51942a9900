import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCompiler, type KernelSource } from '@dg/jit';
import { bf16GemmKernel, fp8GemmKernel, gemmBlockThreads, sharedMemoryBytes } from '@dg/kernels';
import { afterAll, describe, expect, it } from 'vitest';
import { reasonWithoutNvcc } from '../testing/reason-without-nvcc.js';
import { readPtxModule } from './read-ptx-module.js';

const skipped = reasonWithoutNvcc();
if (skipped !== undefined) console.warn(`SKIPPED: reading the PTX that nvcc writes. ${skipped}`);

const mixed = `
__device__ int table[4] = {1, 2, 3, 4};
__device__ __noinline__ float twice(float x) { return x + x + table[static_cast<int>(x) & 3]; }
extern "C" __global__ void __launch_bounds__(64) mixed(float* x, double by, unsigned char flag, short n) {
  __shared__ float shared[64];
  shared[threadIdx.x] = x[threadIdx.x];
  __syncthreads();
  switch (n & 7) {
    case 0: x[1] = twice(shared[3]); break;
    case 1: x[2] = static_cast<float>(by); break;
    case 2: x[3] = shared[63 - threadIdx.x]; break;
    case 3: x[4] = sinf(x[4]); break;
    case 4: x[5] /= 3.f; break;
  }
  asm volatile("{ .reg .pred p; setp.ne.s32 p, %0, 0; @p bra DONE; bar.sync 0; DONE: }" ::"r"(int(flag)));
}
extern "C" __global__ void empty() {}
`;

const tile = {
  blockM: 128,
  blockN: 128,
  mathWarpgroups: 2,
  stages: 4,
  clusterM: 2,
  clusterN: 1,
  output: 'bfloat16',
  store: 'tma',
} as const;

describe.skipIf(skipped !== undefined)('PTX from nvcc', () => {
  const cacheDirectory = mkdtempSync(join(tmpdir(), 'dg-simulator-'));
  afterAll(() => rmSync(cacheDirectory, { recursive: true, force: true }));

  const readCompiled = async (source: KernelSource) => {
    const compiler = createCompiler({ cacheDirectory });
    const { image } = await compiler.compile(source, { architecture: 'sm_90a', output: 'ptx' });
    return readPtxModule(new TextDecoder().decode(image));
  };

  it('reads a small kernel with a call, shared memory and inline assembly', async () => {
    const module = await readCompiled({ name: 'mixed', entry: 'mixed', code: mixed, includeRoots: [] });
    expect(module).toMatchObject({ target: 'sm_90a', addressBits: 64 });
    expect(module.version).toMatch(/^\d+\.\d+$/);
    expect(module.entries.map((entry) => [entry.name, entry.linkage])).toEqual([
      ['mixed', 'visible'],
      ['empty', 'visible'],
    ]);
    const [kernel, empty] = module.entries;
    expect(kernel!.parameters.map(({ type, bytes, alignBytes }) => [type, bytes, alignBytes])).toEqual([
      ['u64', 8, 8],
      ['f64', 8, 8],
      ['u8', 1, 1],
      ['u16', 2, 2],
    ]);
    expect(kernel!.directives.get('.maxntid')?.[0]).toBe(64);
    expect(kernel!.opcodes.get('bar.sync')).toBe(2);
    expect(kernel!.opcodes.get('call.uni')).toBeGreaterThanOrEqual(1);
    expect(module.functions.map((definition) => definition.name)).toContainEqual(
      expect.stringContaining('twice'),
    );
    expect(empty!.parameters).toEqual([]);
    expect([...empty!.opcodes]).toEqual([['ret', 1]]);
  });

  it.each([
    ['FP8', fp8GemmKernel, true, 4, /^wgmma\.mma_async\.sync\.aligned\.m64n128k32\.f32\.e4m3\.e4m3$/],
    ['BF16', bf16GemmKernel, false, 3, /^wgmma\.mma_async\.sync\.aligned\.m64n128k16\.f32\.bf16\.bf16$/],
  ] as const)('reads the %s GEMM', async (_, describeKernel, hasRowScales, tensorMaps, multiply) => {
    const config = { ...tile, sharedMemoryBytes: sharedMemoryBytes(tile, tile.stages, hasRowScales) };
    const source = describeKernel(config);
    const { entries, functions } = await readCompiled(source);
    expect(functions).toEqual([]);
    expect(entries.map((entry) => entry.name)).toEqual([source.entry]);
    const { parameters, directives, opcodes } = entries[0]!;
    expect(
      parameters.filter(({ bytes, alignBytes }) => bytes === 128 && alignBytes === 64).length,
      'tensor maps',
    ).toBe(tensorMaps);
    expect(directives.get('.maxntid')?.[0]).toBe(gemmBlockThreads(config));
    const names = [...opcodes.keys()];
    const countOf = (pattern: RegExp) =>
      names.filter((name) => pattern.test(name)).reduce((sum, name) => sum + opcodes.get(name)!, 0);
    // Four steps of K make up one stage of 128 bytes.
    expect(countOf(multiply) % 4).toBe(0);
    expect(countOf(multiply)).toBeGreaterThan(0);
    expect(countOf(/^setmaxnreg\.(inc|dec)\./)).toBe(2);
    expect(countOf(/^cp\.async\.bulk\.tensor\./)).toBeGreaterThan(0);
    expect(countOf(/^barrier\.cluster\.arrive/)).toBe(countOf(/^barrier\.cluster\.wait/));
    expect(names.filter((name) => name.includes('.local'))).toEqual([]);
  });
});
