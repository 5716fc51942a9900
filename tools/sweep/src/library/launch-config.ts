import { type GemmConfig, gemmBlockThreads, gemmClusterSize } from '@dg/kernels';
import { ceilDiv, type Kernel, type Stream } from '@dg/runtime';
import { rasterRows } from '../../../../packages/api/src/config/raster-rows.js';
import { gemmKernelSource } from '../../../../packages/api/src/launch/gemm-plan.js';
import { bf16GemmArguments, fp8GemmArguments } from '../../../../packages/api/src/launch/kernel-arguments.js';
import type { PreparedOperands } from '../../../../packages/api/src/launch/prepare-operands.js';
import type { GemmProblem } from '../../../../packages/api/src/problem/gemm-problem.js';

// The one file of this tool that knows how a configuration is launched. It follows gemm-plan.ts and launch-gemm.ts of
// the library, which launch only what they chose themselves: when a configuration gets new fields, look there.

export const kernelSourceOf = gemmKernelSource;

export interface LaunchOptions {
  readonly stream: Stream;
  /** Multiprocessors of the device. */
  readonly numSms: number;
  readonly dependentLaunch: boolean;
  /** B is written by nothing that was queued before. Kernels are not told yet. */
  readonly constantB: boolean;
}

/** A prepared product by a given configuration: what is returned enqueues it. */
export function configLaunch(
  kernel: Kernel,
  { problem, operands }: Pick<PreparedOperands, 'problem' | 'operands'>,
  config: GemmConfig,
  { stream, numSms, dependentLaunch }: LaunchOptions,
): () => void {
  const clusterSize = gemmClusterSize(config);
  const clusters = Math.min(tileCount(problem, config), Math.floor(numSms / clusterSize));
  const argumentsOf = problem.operandType === 'float8_e4m3fn' ? fp8GemmArguments : bf16GemmArguments;
  const launch = {
    grid: [clusters * clusterSize, 1, 1],
    block: [gemmBlockThreads(config), 1, 1],
    cluster: [clusterSize, 1, 1],
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch,
    stream,
    arguments: argumentsOf(problem, operands, config, rasterRows(problem, config, numSms)),
  } as const;
  return () => kernel.launch(launch);
}

/** Clusters' tiles of D, at most. */
function tileCount(problem: GemmProblem, { blockM, blockN, clusterM, clusterN }: GemmConfig): number {
  const hasTilesInEveryGroup = problem.kind === 'm-grouped-masked' || problem.kind === 'k-grouped';
  return (
    (hasTilesInEveryGroup ? problem.groups : 1) *
    ceilDiv(problem.m, blockM * clusterM) *
    ceilDiv(problem.n, blockN * clusterN)
  );
}
