import type { KernelDevice, Stream } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { gemmPlan } from './gemm-plan.js';
import { bf16GemmArguments, fp8GemmArguments } from './kernel-arguments.js';

export interface LaunchGemmOptions {
  readonly stream: Stream;
  readonly dependentLaunch: boolean;
  readonly constantB: boolean;
  readonly settings: LaunchSettings;
}

/**
 * Enqueues one validated GEMM with M, N, K ≥ 1. A's scales are MN-major and
 * TMA-aligned, and B's as well where they are per row. Blocks only when its kernel is new.
 */
export function launchGemm(
  device: KernelDevice,
  problem: GemmProblem,
  operands: GemmOperands,
  options: LaunchGemmOptions,
): void {
  const { config, kernel, rasterRows, grid, block, cluster } = gemmPlan(device, problem, options.settings);
  const kernelArguments = problem.operandType === 'float8_e4m3fn' ? fp8GemmArguments : bf16GemmArguments;
  kernel.launch({
    grid,
    block,
    cluster,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch: options.dependentLaunch,
    stream: options.stream,
    arguments: kernelArguments(problem, operands, config, { rasterRows, constantB: options.constantB }),
  });
}
