import { bf16GemmKernel, fp8GemmKernel, type GemmConfig, gemmClusterSize } from '@dg/kernels';
import type { KernelDevice, Stream } from '@dg/runtime';
import { bf16GemmArguments, fp8GemmArguments } from '../../src/launch/kernel-arguments.js';
import { launchGeometry } from '../../src/launch/launch-geometry.js';
import type { SettledOperands } from '../../src/launch/settled-operands.js';
import type { GemmOperands } from '../../src/problem/gemm-operands.js';
import type { GemmProblem } from '../../src/problem/gemm-problem.js';
import { denseProblem } from './dense-problem.js';

/** So few that each of them works on several tiles, one after the other. */
const fewClusters = 2;

/**
 * Enqueues a dense product by a given configuration, whatever the library would choose. FP8 needs A's scales MN-major and
 * TMA-aligned, and a configuration that stores with TMA a D that TMA can store.
 */
export function launchWithConfig(
  device: KernelDevice,
  stream: Stream,
  operands: GemmOperands,
  config: GemmConfig,
  settled: SettledOperands = 'all',
): void {
  const problem = denseProblem({
    operandType: operands.scalesA === undefined ? 'bfloat16' : 'float8_e4m3fn',
    m: operands.a.shape[0]!,
    n: operands.b.shape[0]!,
    k: operands.a.shape[1]!,
    outputType: config.output,
    accumulate: operands.c !== undefined,
    tmaStorable: config.store === 'tma',
  });
  launchProblemWithConfig(device, stream, problem, operands, config, fewClusters, settled);
}

/** The same of any product that a problem describes. */
export function launchProblemWithConfig(
  device: KernelDevice,
  stream: Stream,
  problem: GemmProblem,
  operands: GemmOperands,
  config: GemmConfig,
  clusters = fewClusters,
  settled: SettledOperands = 'all',
): void {
  const isFp8 = operands.scalesA !== undefined;
  const numSms = clusters * gemmClusterSize(config);
  // As if of more multiprocessors that many were allowed: one CTA for each.
  const few = { multiprocessorCount: numSms + 1, numSms };
  const { rasterRows, ...geometry } = launchGeometry(problem, config, few);
  const argumentsOf = isFp8 ? fp8GemmArguments : bf16GemmArguments;
  device.kernel(isFp8 ? fp8GemmKernel(config) : bf16GemmKernel(config)).launch({
    ...geometry,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    stream,
    arguments: argumentsOf(problem, operands, config, { rasterRows, settled }),
  });
}
