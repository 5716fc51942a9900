import { fileURLToPath } from 'node:url';
import { createCompiler, DgError, findCompiler } from '@dg/jit';
import {
  bf16GemmKernel,
  castKernel,
  fp8GemmKernel,
  fp8KGroupRepackKernel,
  fp8TransposeKernel,
  type KernelSource,
  kGroupMapsKernel,
  reachableCastConfigs,
} from '@dg/kernels';
import { describe, expect, it } from 'vitest';
import { reachableGemmConfigs } from '../../src/config/gemm-candidates.js';
import { utilityKernels } from '../../src/warmup/utility-kernels.js';

/** Kept between runs, so that only changed kernels compile again. CI starts from an empty one. */
const cacheDirectory = fileURLToPath(new URL('../../node_modules/.cache/compile-gate', import.meta.url));
const target = { architecture: 'sm_90a', output: 'cubin' } as const;
/** Of each family; DG_TEST_NVRTC=all takes all of them. */
const sampleSize = 4;

function hasNvrtc(): boolean {
  try {
    findCompiler({ compiler: 'nvrtc' });
    return true;
  } catch (error) {
    if (!DgError.isInstance(error) || error.code !== 'DG_UNAVAILABLE') throw error;
    console.warn(`SKIPPED: compiling the kernels with NVRTC. ${error.message}`);
    return false;
  }
}

const families: Readonly<Record<string, readonly KernelSource[]>> = {
  'fp8-gemm, scales per block': reachableGemmConfigs('fp8-1d2d').map(fp8GemmKernel),
  'fp8-gemm, scales per column': reachableGemmConfigs('fp8-1d1d').map(fp8GemmKernel),
  'bf16-gemm': reachableGemmConfigs('bf16').map(bf16GemmKernel),
  cast: reachableCastConfigs().map(castKernel),
  layout: [fp8TransposeKernel, fp8KGroupRepackKernel, ...utilityKernels['scale-layouts']()],
  'maps of K groups': [kGroupMapsKernel],
};

/** Spread over the family, so that its parts are all met. */
function sampleOf(sources: readonly KernelSource[]): readonly KernelSource[] {
  if (process.env['DG_TEST_NVRTC'] === 'all' || sources.length <= sampleSize) return sources;
  return Array.from({ length: sampleSize }, (_, index) => {
    return sources[Math.floor(((index + 0.5) * sources.length) / sampleSize)]!;
  });
}

describe.skipIf(!hasNvrtc())('NVRTC', () => {
  const compiler = createCompiler({ cacheDirectory, compiler: 'nvrtc' });

  it.each(Object.keys(families))('compiles kernels of %s as cleanly as nvcc', async (family) => {
    const sources = sampleOf(families[family]!);
    const results = await Promise.allSettled(
      sources.map((source) => compiler.compile(source, target, { requireNoLocalMemory: true })),
    );
    const failures = results.flatMap((result, index) =>
      result.status === 'rejected' ? [`${sources[index]!.name}: ${String(result.reason)}`] : [],
    );
    expect(failures).toEqual([]);
  });
});
