import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { createCompiler, findNvcc } from '@dg/jit';
import {
  bf16GemmKernel,
  fp8GemmKernel,
  type GemmConfig,
  gemmBlockThreads,
  type KernelSource,
  sharedMemoryBytes,
} from '@dg/kernels';
import { seededRandom, testSeed } from '@dg/testing';
import { describe, expect, it } from 'vitest';
import { reachableGemmConfigs } from '../../src/config/gemm-candidates.js';
import { type Assembled, assembleKernel, machineCode } from './assemble-kernel.js';

/** The simulator's own, kept between runs: a kernel that its tests run is compiled once. CI starts from an empty one. */
const cacheDirectory = fileURLToPath(new URL('../../../../node_modules/.cache/dg-kernels', import.meta.url));
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

/** As many at once as there are cores. */
async function allSettledInLanes<Item, Result>(
  items: readonly Item[],
  run: (item: Item) => Promise<Result>,
): Promise<PromiseSettledResult<Result>[]> {
  const results: PromiseSettledResult<Result>[] = [];
  const rest = items.entries();
  const lane = async () => {
    for (const [index, item] of rest) [results[index]!] = await Promise.allSettled([run(item)]);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, lane));
  return results;
}

const configs: Readonly<Record<string, readonly GemmConfig[]>> = {
  'fp8-gemm, scales per block': reachableGemmConfigs('fp8-1d2d'),
  'fp8-gemm, scales per column': reachableGemmConfigs('fp8-1d1d'),
  'bf16-gemm': reachableGemmConfigs('bf16'),
};

const kernels: Readonly<Record<string, readonly KernelSource[]>> = Object.fromEntries(
  Object.entries(configs).map(([kind, all]) => [
    kind,
    all.map(kind === 'bf16-gemm' ? bf16GemmKernel : fp8GemmKernel),
  ]),
);

const warpThreads = 32;
/** A multiprocessor spreads the warps of its blocks over four quarters, each with registers of its own. */
const quarters = 4;
const registersOfQuarter = 16_384;
/** Of a thread: they are given out in units of so many, and an instruction can name no more. */
const registerUnit = 8;
const mostNamed = 255;

/** Of a thread, so that a multiprocessor has room for as many blocks as the configuration says. */
function mostRegisters(config: GemmConfig): number {
  const { blocksPerSm = 1 } = config;
  const warps = Math.ceil((blocksPerSm * gemmBlockThreads(config)) / warpThreads / quarters);
  const share = registersOfQuarter / (warps * warpThreads);
  return Math.min(mostNamed, Math.floor(share / registerUnit) * registerUnit);
}

// Pitfall: too few barriers reserved, or barriers over scale data; spills, local memory, serialised WGMMA.
describe.skipIf(!hasNvcc())('every reachable GEMM configuration', () => {
  const compiler = createCompiler({ cacheDirectory });

  it.each(Object.keys(kernels))(
    '%s compiles for sm_90a without spill, local memory or serialisation, with registers for all blocks of an SM',
    async (kind) => {
      const sources = kernels[kind]!;
      expect(sources.length).toBeGreaterThan(20);
      const results = await allSettledInLanes(sources, (source) => assembleKernel(compiler, source));
      const failures = results.flatMap((result, i) =>
        result.status === 'rejected' ? [`${sources[i]!.name}: ${String(result.reason)}`] : [],
      );
      expect(failures).toEqual([]);
      for (const [i, result] of results.entries()) {
        const { registers } = (result as PromiseFulfilledResult<Assembled>).value.entry;
        expect(registers, sources[i]!.name).toBeLessThanOrEqual(mostRegisters(configs[kind]![i]!));
      }
    },
  );

  it.each(Object.keys(kernels))('%s has the machine code of a single run of nvcc', async (kind) => {
    const source = kernels[kind]!.at(seededRandom(testSeed()).integer(0, kernels[kind]!.length - 1))!;
    const { image } = await compiler.compile(source, target, { requireNoLocalMemory: true });
    const { cubin } = await assembleKernel(compiler, source);
    expect(machineCode(cubin, source.entry)).toEqual(machineCode(image, source.entry));
  });

  it('would fail a kernel that spills', async () => {
    // Two fragments of 64 x 192 need 192 registers of a thread, and their partial sum needs 96 more.
    const widest = reachableGemmConfigs('fp8-1d2d').find((config) => config.blockN === 192)!;
    const taller = { ...widest, blockM: 256, stages: 2 };
    const spilling = fp8GemmKernel({
      ...taller,
      sharedMemoryBytes: sharedMemoryBytes(taller, taller.stages, true),
    });
    await expect(compiler.compile(spilling, target)).rejects.toThrow(/spill/);
    await expect(assembleKernel(compiler, spilling)).rejects.toThrow(/spill/);
  });
});
