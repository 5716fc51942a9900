import {
  bf16GemmKernel,
  fp8Gemm1d2dKernel,
  type GemmConfig,
  gemmBlockThreads,
  gemmClusterSize,
  type KernelSource,
} from '@dg/kernels';
import type { Dim3, Kernel, KernelDevice } from '@dg/runtime';
import { gemmKernelKind } from '../config/gemm-kernel-kind.js';
import { printConfig } from '../config/print-config.js';
import { rasterRows } from '../config/raster-rows.js';
import { selectConfig } from '../config/select-config.js';
import { ceilDiv } from '../problem/ceil-div.js';
import type { GemmProblem } from '../problem/gemm-problem.js';

/** What is decided once for a problem on a device: everything of a launch but the memory. */
export interface GemmPlan {
  readonly config: GemmConfig;
  readonly kernel: Kernel;
  readonly rasterRows: number;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster: Dim3;
}

const plansOf = new WeakMap<KernelDevice, Map<string, GemmPlan>>();

/** The plan of a problem; the first one of its kind compiles the kernel, or reads it from the cache, and blocks. */
export function gemmPlan(device: KernelDevice, problem: GemmProblem): GemmPlan {
  const plans = plansOf.get(device) ?? new Map<string, GemmPlan>();
  plansOf.set(device, plans);
  const key = problemKey(problem);
  const plan = plans.get(key) ?? makePlan(device, problem);
  plans.set(key, plan);
  return plan;
}

export function gemmKernelSource(problem: GemmProblem, config: GemmConfig): KernelSource {
  return gemmKernelKind(problem) === 'fp8-1d2d' ? fp8Gemm1d2dKernel(config) : bf16GemmKernel(config);
}

function problemKey(p: GemmProblem): string {
  const flags = (p.tmaStorable ? 1 : 0) + (p.accumulate ? 2 : 0) + (p.outputType === 'float32' ? 4 : 0);
  return `${p.operandType === 'bfloat16' ? 'b' : 'f'}${flags},${p.m},${p.n},${p.k}`;
}

function makePlan(device: KernelDevice, problem: GemmProblem): GemmPlan {
  const config = selectConfig(problem, device.properties);
  printConfig(problem, config, device.properties);
  const multiprocessors = device.properties.multiprocessorCount;
  const clusterSize = gemmClusterSize(config);
  const tiles =
    ceilDiv(problem.m, config.blockM * config.clusterM) * ceilDiv(problem.n, config.blockN * config.clusterN);
  const clusters = Math.min(tiles, Math.floor(multiprocessors / clusterSize));
  return {
    config,
    kernel: device.kernel(gemmKernelSource(problem, config)),
    rasterRows: rasterRows(problem, config, multiprocessors),
    grid: [clusters * clusterSize, 1, 1],
    block: [gemmBlockThreads(config), 1, 1],
    cluster: [clusterSize, 1, 1],
  };
}
