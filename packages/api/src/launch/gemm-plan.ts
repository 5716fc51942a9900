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
import { PlanTable } from './plan-table.js';

/** What is decided once for a problem on a device: everything of a launch but the memory. */
export interface GemmPlan {
  readonly config: GemmConfig;
  readonly kernel: Kernel;
  readonly rasterRows: number;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster: Dim3;
}

const plansOf = new WeakMap<KernelDevice, PlanTable<GemmPlan>>();

/** The plan of a problem; the first one of its kind compiles the kernel, or reads it from the cache, and blocks. */
export function gemmPlan(device: KernelDevice, problem: GemmProblem): GemmPlan {
  return plansOf.get(device)?.get(problem) ?? addPlan(device, problem);
}

export function gemmKernelSource(problem: GemmProblem, config: GemmConfig): KernelSource {
  return gemmKernelKind(problem) === 'fp8-1d2d' ? fp8Gemm1d2dKernel(config) : bf16GemmKernel(config);
}

function addPlan(device: KernelDevice, problem: GemmProblem): GemmPlan {
  const plan = makePlan(device, problem);
  const plans = plansOf.get(device) ?? new PlanTable<GemmPlan>();
  plansOf.set(device, plans);
  plans.set(problem, plan);
  return plan;
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
