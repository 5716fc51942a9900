import { type CompileEvent, createCompiler, type KernelSource } from '@dg/jit';
import {
  bf16GemmKernel,
  castKernel,
  fp8GemmKernel,
  fp8KGroupRepackKernel,
  fp8TransposeKernel,
  mnMajorCopyKernel,
  packUe8m0Configs,
  packUe8m0Kernel,
  powerOfTwoCheckKernel,
  reachableCastConfigs,
  unpackUe8m0Kernel,
} from '@dg/kernels';
import { reachableGemmConfigs } from '../../../packages/api/src/config/gemm-candidates.js';
import { chosenConfig } from './chosen-config.js';
import { gemmOperations } from './gemm-operation.js';
import { denseShapes } from './gemm-shape.js';
import { normalFillKernel } from './inputs/normal-kernel.js';

/** Of the card that the benchmark is for. */
const multiprocessorCount = 132;

/** Every kernel that the tests can need, or only those of the benchmark. Each once, those of the benchmark first. */
export function warmSources(benchmarkOnly: boolean): KernelSource[] {
  const benchmark = gemmOperations.flatMap((operation) =>
    denseShapes.map((shape) => {
      const config = chosenConfig(operation, shape, { multiprocessorCount });
      return operation === 'bf16_nt' ? bf16GemmKernel(config) : fp8GemmKernel(config);
    }),
  );
  const common = [
    normalFillKernel,
    mnMajorCopyKernel,
    fp8TransposeKernel,
    fp8KGroupRepackKernel,
    unpackUe8m0Kernel,
    powerOfTwoCheckKernel,
    ...packUe8m0Configs.map(packUe8m0Kernel),
    ...reachableCastConfigs().map(castKernel),
  ];
  const reachable = [
    ...reachableGemmConfigs('fp8-1d2d').map(fp8GemmKernel),
    ...reachableGemmConfigs('fp8-1d1d').map(fp8GemmKernel),
    ...reachableGemmConfigs('bf16').map(bf16GemmKernel),
  ];
  const sources = [...benchmark, ...common, ...(benchmarkOnly ? [] : reachable)];
  return [...new Map(sources.map((source) => [source.code, source])).values()];
}

/**
 * Fills the kernel cache, one compiler process per core.
 *
 * @throws DgCompileError, DgUnavailableError of @dg/jit, after the others have finished.
 */
export async function warm(
  sources: readonly KernelSource[],
  architecture: string,
  onEvent: (event: CompileEvent) => void,
): Promise<void> {
  const compiler = createCompiler({ onEvent });
  const outcomes = await Promise.allSettled(
    sources.map((source) => compiler.compile(source, { architecture, output: 'cubin' })),
  );
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}
