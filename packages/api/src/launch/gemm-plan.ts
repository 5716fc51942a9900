import {
  bf16GemmKernel,
  fp8GemmKernel,
  type GemmConfig,
  gemmBlockThreads,
  gemmClusterSize,
  type KernelSource,
} from '@dg/kernels';
import { ceilDiv, type Dim3, type Kernel, type KernelDevice } from '@dg/runtime';
import { gemmKernelKind } from '../config/gemm-kernel-kind.js';
import { printConfig } from '../config/print-config.js';
import { rasterRows } from '../config/raster-rows.js';
import { selectConfig } from '../config/select-config.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { bAhead } from './b-ahead.js';
import { PlanTable } from './plan-table.js';

/** What is decided once for a problem and settings on a device: everything of a launch but the memory. */
export interface GemmPlan {
  readonly config: GemmConfig;
  readonly kernel: Kernel;
  readonly rasterRows: number;
  /** For launches whose B is constant: `bAhead`. */
  readonly bAhead: number;
  readonly grid: Dim3;
  readonly block: Dim3;
  readonly cluster: Dim3;
}

const plansOf = new WeakMap<KernelDevice, PlanTable<GemmPlan>>();

/** The plan of a problem; the first one of its kind compiles the kernel, or reads it from the cache, and blocks. */
export function gemmPlan(device: KernelDevice, problem: GemmProblem, settings: LaunchSettings): GemmPlan {
  return plansOf.get(device)?.get(problem, settings) ?? addPlan(device, problem, settings);
}

export function gemmKernelSource(problem: GemmProblem, config: GemmConfig): KernelSource {
  return gemmKernelKind(problem) === 'bf16' ? bf16GemmKernel(config) : fp8GemmKernel(config);
}

function addPlan(device: KernelDevice, problem: GemmProblem, settings: LaunchSettings): GemmPlan {
  const plan = makePlan(device, problem, settings);
  const plans = plansOf.get(device) ?? new PlanTable<GemmPlan>();
  plansOf.set(device, plans);
  plans.set(problem, settings, plan);
  return plan;
}

function makePlan(device: KernelDevice, problem: GemmProblem, settings: LaunchSettings): GemmPlan {
  const { numSms, tcUtil } = settings;
  const selectionDevice = { multiprocessorCount: device.properties.multiprocessorCount, numSms, tcUtil };
  const config = selectConfig(problem, selectionDevice);
  printConfig(problem, config, selectionDevice);
  const clusterSize = gemmClusterSize(config);
  const tiles =
    groupsWithTiles(problem) *
    ceilDiv(problem.m, config.blockM * config.clusterM) *
    ceilDiv(problem.n, config.blockN * config.clusterN);
  const clusters = Math.min(tiles, Math.floor((numSms * (config.blocksPerSm ?? 1)) / clusterSize));
  return {
    config,
    kernel: device.kernel(gemmKernelSource(problem, config)),
    rasterRows: rasterRows(problem, config, numSms),
    bAhead: bAhead(config, clusters * clusterSize),
    grid: [clusters * clusterSize, 1, 1],
    block: [gemmBlockThreads(config), 1, 1],
    cluster: [clusterSize, 1, 1],
  };
}

/** How many times all tiles of [M, N] are there, at most. */
function groupsWithTiles(problem: GemmProblem): number {
  return problem.kind === 'm-grouped-masked' || problem.kind === 'k-grouped' ? problem.groups : 1;
}
