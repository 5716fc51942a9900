import { type CompileEvent, createCompiler, type KernelSource } from '@dg/jit';
import {
  bf16GemmKernel,
  castKernel,
  fp8GemmKernel,
  fp8KGroupRepackKernel,
  fp8TransposeKernel,
  kGroupMapsKernel,
  mnMajorCopyKernel,
  packUe8m0Configs,
  packUe8m0Kernel,
  powerOfTwoCheckKernel,
  reachableCastConfigs,
  unpackUe8m0Kernel,
} from '@dg/kernels';
import { reachableGemmConfigs } from '../../../../packages/api/src/config/gemm-candidates.js';
import { gemmKernelSource } from '../../../../packages/api/src/launch/gemm-plan.js';
import { chosenConfig } from '../chosen-config.js';
import { gemmOperations } from '../gemms/gemm-operation.js';
import { tableCases } from '../gemms/gemm-tables.js';
import { normalFillKernel } from '../inputs/normal-kernel.js';
import { hostCallCases } from '../measure/measure-host-call.js';

/** Of the card that the benchmark is for. */
const multiprocessorCount = 132;

/** Every kernel that the tests can need, or only those of the benchmark. Each once, those of the benchmark first. */
export function warmSources(benchmarkOnly: boolean): KernelSource[] {
  const gemms = [...gemmOperations.flatMap(tableCases), ...hostCallCases];
  const benchmark = gemms.map(({ problem }) =>
    gemmKernelSource(problem, chosenConfig(problem, { multiprocessorCount })),
  );
  const common = [
    normalFillKernel,
    mnMajorCopyKernel,
    fp8TransposeKernel,
    fp8KGroupRepackKernel,
    kGroupMapsKernel,
    powerOfTwoCheckKernel,
    unpackUe8m0Kernel,
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
export async function warmKernels(
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
