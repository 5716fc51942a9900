import type { KernelDevice, Stream } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { gemmPlan } from './gemm-plan.js';
import { bf16GemmArguments, fp8Gemm1d2dArguments } from './kernel-arguments.js';

export interface LaunchGemmOptions {
  readonly stream?: Stream | undefined;
  readonly dependentLaunch?: boolean | undefined;
}

/** Enqueues one validated GEMM with M, N, K ≥ 1. Blocks only when its kernel is new. */
export function launchGemm(
  device: KernelDevice,
  problem: GemmProblem,
  operands: GemmOperands,
  options: LaunchGemmOptions,
): void {
  const { config, kernel, rasterRows, grid, block, cluster } = gemmPlan(device, problem);
  const kernelArguments = problem.operandType === 'float8_e4m3fn' ? fp8Gemm1d2dArguments : bf16GemmArguments;
  kernel.launch({
    grid,
    block,
    cluster,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch: options.dependentLaunch ?? false,
    stream: options.stream ?? device.defaultStream,
    arguments: kernelArguments(problem, operands, config, rasterRows),
  });
}
