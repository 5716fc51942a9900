import { fileURLToPath } from 'node:url';
import { type CompiledKernel, createCompiler, findNvcc, parsePtxasLog } from '@dg/jit';
import { bf16GemmKernel, fp8GemmKernel, type KernelSource, sharedMemoryBytes } from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { reachableGemmConfigs } from '../../src/config/gemm-candidates.js';

/** Kept between runs, so that only changed kernels compile again. CI starts from an empty one. */
const cacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/compile-gate', import.meta.url));
const target = { architecture: 'sm_90a', output: 'cubin' } as const;

function hasNvcc(): boolean {
  try {
    findNvcc();
    return true;
  } catch {
    console.warn('nvcc not found: the GEMM kernels are NOT compiled by this run');
    return false;
  }
}

const kernels: Readonly<Record<string, readonly KernelSource[]>> = {
  'fp8-gemm, scales per block': reachableGemmConfigs('fp8-1d2d').map(fp8GemmKernel),
  'fp8-gemm, scales per column': reachableGemmConfigs('fp8-1d1d').map(fp8GemmKernel),
  'bf16-gemm': reachableGemmConfigs('bf16').map(bf16GemmKernel),
};

// Pitfall: too few barriers reserved, or barriers over scale data; spills, local memory, serialised WGMMA.
describe.skipIf(!hasNvcc())('every reachable GEMM configuration', () => {
  const compiler = createCompiler({ cacheDirectory });

  it.each(Object.keys(kernels))(
    '%s compiles for sm_90a without spill, local memory or serialisation',
    async (kind) => {
      const sources = kernels[kind]!;
      expect(sources.length).toBeGreaterThan(20);
      const results = await Promise.allSettled(
        sources.map((source) => compiler.compile(source, target, { requireNoLocalMemory: true })),
      );
      const failures = results.flatMap((result, i) =>
        result.status === 'rejected' ? [`${sources[i]!.name}: ${String(result.reason)}`] : [],
      );
      expect(failures).toEqual([]);
      const compiled = results.map((result) => (result as PromiseFulfilledResult<CompiledKernel>).value);
      for (const [i, { log }] of compiled.entries()) {
        const [entry] = parsePtxasLog(log).entries;
        expect(entry?.name).toBe(sources[i]!.entry);
        expect(entry?.registers).toBeLessThanOrEqual(255);
      }
    },
  );

  it('would fail a kernel that spills', async () => {
    // Two fragments of 64 x 192 need 192 registers of a thread, and their partial sum needs 96 more.
    const widest = reachableGemmConfigs('fp8-1d2d').find((config) => config.blockN === 192)!;
    const taller = { ...widest, blockM: 256, stages: 2 };
    const spilling = fp8GemmKernel({
      ...taller,
      sharedMemoryBytes: sharedMemoryBytes(taller, taller.stages, true),
    });
    await expect(compiler.compile(spilling, target)).rejects.toThrow(/spill/);
  });
});
