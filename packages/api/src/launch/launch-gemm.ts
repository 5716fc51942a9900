import type { KernelDevice, Launch, Scratch, Stream } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { type GemmPlan, gemmPlan } from './gemm-plan.js';
import { enqueueGroupMaps } from './group-maps.js';
import { bf16GemmArguments, fp8GemmArguments } from './kernel-arguments.js';
import { type KnownLaunch, LaunchTable } from './launch-table.js';

export interface LaunchGemmOptions {
  readonly stream: Stream;
  readonly dependentLaunch: boolean;
  readonly constantB: boolean;
  readonly settings: LaunchSettings;
  readonly scratch: Scratch;
}

const tableOf = new WeakMap<KernelDevice, LaunchTable>();

/**
 * Enqueues one validated GEMM with M, N, K ≥ 1. A's scales are MN-major and
 * TMA-aligned, and B's as well where they are per row. Blocks only when its kernel is new.
 */
export function launchGemm(
  device: KernelDevice,
  problem: GemmProblem,
  given: GemmOperands,
  options: LaunchGemmOptions,
): void {
  const plan = gemmPlan(device, problem, options.settings);
  const { kernel, config } = plan;
  const { scratch, stream } = options;
  const operands = config.groupMaps
    ? { ...given, groupMaps: enqueueGroupMaps(device, problem, given, config, scratch, stream) }
    : given;
  const known = kernel.prepare === undefined ? undefined : knownLaunch(device, plan, operands, options);
  if (known === undefined) {
    kernel.launch(launchOf(plan, problem, operands, options));
    return;
  }
  known.prepared ??= kernel.prepare!(launchOf(plan, problem, operands, options));
  known.prepared.launch(options.stream);
}

function knownLaunch(
  device: KernelDevice,
  plan: GemmPlan,
  operands: GemmOperands,
  { dependentLaunch, constantB }: LaunchGemmOptions,
): KnownLaunch | undefined {
  let table = tableOf.get(device);
  if (table === undefined) {
    table = new LaunchTable();
    tableOf.set(device, table);
  }
  return table.get(plan, operands, dependentLaunch, constantB);
}

function launchOf(
  { config, rasterRows, grid, block, cluster }: GemmPlan,
  problem: GemmProblem,
  operands: GemmOperands,
  { dependentLaunch, constantB, stream }: LaunchGemmOptions,
): Launch {
  const kernelArguments = problem.operandType === 'float8_e4m3fn' ? fp8GemmArguments : bf16GemmArguments;
  return {
    grid,
    block,
    cluster,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch,
    stream,
    arguments: kernelArguments(problem, operands, config, { rasterRows, constantB }),
  };
}
