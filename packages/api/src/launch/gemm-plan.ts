import { bf16GemmKernel, fp8GemmKernel, type GemmConfig, type KernelSource } from '@dg/kernels';
import { type Device, DgUnavailableError, type Kernel, type KernelDevice } from '@dg/runtime';
import { gemmKernelKind } from '../config/gemm-kernel-kind.js';
import { printConfig } from '../config/print-config.js';
import { selectConfig } from '../config/select-config.js';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import type { LaunchSettings } from '../settings/launch-settings.js';
import { passOverTuned, tunedChoice } from '../tuning/tuned-choice.js';
import { gainsFromEarlyA } from './gains-from-early-a.js';
import { type LaunchGeometry, launchGeometry } from './launch-geometry.js';
import { PlanTable } from './plan-table.js';

/** What is decided once for a problem and settings on a device: everything of a launch but the memory. */
export interface GemmPlan extends LaunchGeometry {
  readonly config: GemmConfig;
  readonly kernel: Kernel;
  /** Whether it loads an A early that nothing can still be writing. */
  readonly loadsAEarly: boolean;
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

/** Plans of the device are made anew, with what its settings say now. */
export function forgetPlans(device: Device): void {
  if (device.executesKernels) plansOf.delete(device);
}

function makePlan(device: KernelDevice, problem: GemmProblem, settings: LaunchSettings): GemmPlan {
  const selectionDevice = selectionDeviceOf(device, settings);
  const tuned = tunedPlan(device, problem, selectionDevice);
  if (tuned !== undefined) return tuned;
  const config = selectConfig(problem, selectionDevice);
  printConfig(problem, config, selectionDevice);
  return planOf(problem, config, selectionDevice, device.kernel(gemmKernelSource(problem, config)));
}

/** By what was measured, unless its kernel would have to be compiled where that is forbidden. */
function tunedPlan(
  device: KernelDevice,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
): GemmPlan | undefined {
  const tuned = tunedChoice(device, problem, selectionDevice);
  if (tuned === undefined) return undefined;
  const { config, microseconds } = tuned;
  try {
    const kernel = device.kernel(gemmKernelSource(problem, config));
    printConfig(problem, config, selectionDevice, microseconds);
    return planOf(problem, config, selectionDevice, kernel);
  } catch (error) {
    if (!(error instanceof DgUnavailableError) || error.reason !== 'compile-forbidden') throw error;
    passOverTuned(device, problem, selectionDevice, error.message);
    return undefined;
  }
}

function selectionDeviceOf(
  { properties }: KernelDevice,
  { numSms, tcUtil }: LaunchSettings,
): SelectionDevice {
  return { multiprocessorCount: properties.multiprocessorCount, numSms, tcUtil };
}

/** The plan by which a given configuration computes a problem. */
export function planOf(
  problem: GemmProblem,
  config: GemmConfig,
  device: SelectionDevice,
  kernel: Kernel,
): GemmPlan {
  const loadsAEarly = gainsFromEarlyA(problem, config, device);
  return { config, kernel, loadsAEarly, ...launchGeometry(problem, config, device) };
}
