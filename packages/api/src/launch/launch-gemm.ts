import { kGroupMapsKernel } from '@dg/kernels';
import type { Kernel, KernelDevice, Launch, Scratch, Stream } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { type GemmPlan, gemmPlan } from './gemm-plan.js';
import { groupMapsLaunch, groupMapsTensor } from './group-maps.js';
import { bf16GemmArguments, fp8GemmArguments } from './kernel-arguments.js';
import { type KnownLaunch, LaunchTable } from './launch-table.js';
import type { SettledOperands } from './settled-operands.js';

export interface LaunchPlanOptions {
  readonly stream: Stream;
  readonly dependentLaunch: boolean;
  readonly settled: SettledOperands;
  readonly scratch: Scratch;
}

export interface LaunchGemmOptions extends LaunchPlanOptions {
  readonly settings: LaunchSettings;
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
  launchPlan(device, gemmPlan(device, problem, options.settings), problem, given, options);
}

/** As `launchGemm`, by a plan that was made for the problem. */
export function launchPlan(
  device: KernelDevice,
  plan: GemmPlan,
  problem: GemmProblem,
  given: GemmOperands,
  options: LaunchPlanOptions,
): void {
  const settled = options.settled === 'all' && !plan.loadsAEarly ? 'b' : options.settled;
  const operands = plan.config.groupMaps
    ? { ...given, groupMaps: groupMapsTensor(problem, options.scratch) }
    : given;
  const known =
    plan.kernel.prepare === undefined ? undefined : knownLaunch(device, plan, operands, options, settled);
  const steps = () => stepsOf(device, plan, problem, operands, { ...options, settled });
  if (known === undefined) {
    for (const { kernel, launch } of steps()) kernel.launch(launch);
    return;
  }
  known.prepared ??= steps().map(({ kernel, launch }) => kernel.prepare!(launch));
  for (const prepared of known.prepared) prepared.launch(options.stream);
}

/** Kernels to launch one after the other. */
function stepsOf(
  device: KernelDevice,
  plan: GemmPlan,
  problem: GemmProblem,
  operands: GemmOperands,
  options: LaunchPlanOptions,
): readonly { readonly kernel: Kernel; readonly launch: Launch }[] {
  const gemm = { kernel: plan.kernel, launch: launchOf(plan, problem, operands, options) };
  if (operands.groupMaps === undefined) return [gemm];
  const { stream, dependentLaunch } = options;
  const maps = groupMapsLaunch(problem, operands, plan.config, operands.groupMaps);
  return [{ kernel: device.kernel(kGroupMapsKernel), launch: { ...maps, stream, dependentLaunch } }, gemm];
}

function knownLaunch(
  device: KernelDevice,
  plan: GemmPlan,
  operands: GemmOperands,
  { dependentLaunch }: LaunchPlanOptions,
  settled: SettledOperands,
): KnownLaunch | undefined {
  let table = tableOf.get(device);
  if (table === undefined) {
    table = new LaunchTable();
    tableOf.set(device, table);
  }
  return table.get(plan, operands, dependentLaunch, settled);
}

function launchOf(
  { config, rasterRows, grid, block, cluster }: GemmPlan,
  problem: GemmProblem,
  operands: GemmOperands,
  { dependentLaunch, settled, stream }: LaunchPlanOptions,
): Launch {
  const kernelArguments = problem.operandType === 'float8_e4m3fn' ? fp8GemmArguments : bf16GemmArguments;
  return {
    grid,
    block,
    cluster,
    dynamicSharedMemoryBytes: config.sharedMemoryBytes,
    dependentLaunch,
    stream,
    arguments: kernelArguments(problem, operands, config, { rasterRows, settled }),
  };
}
