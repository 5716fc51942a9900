import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import { type Device, DgUnavailableError, type KernelDevice } from '@dg/runtime';
import { rankedConfigs, selectConfig } from '../config/select-config.js';
import type { SelectionDevice } from '../config/selection-device.js';
import { forgetPlans } from '../launch/gemm-plan.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { requireDevice } from '../settings/require-device.js';
import { type TunedOptions, tunedDirectoryOf } from '../settings/use-tuned.js';
import { requireCount } from '../validation/require-count.js';
import { plannedCalls } from '../warmup/planned-calls.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { timeConfigs } from './time-configs.js';
import { tunedKey, tunedProblem } from './tuned-problem.js';
import { tunedFolder, writeTuned } from './tuned-store.js';
import type { TimedConfig, TunedCall, TuningProgress, TuningSummary } from './tuning-summary.js';

export interface AutotuneOptions extends TunedOptions {
  /** How many configurations are timed for each product, those of the lowest estimates. Default 8. */
  readonly candidates?: number | undefined;
  readonly onProgress?: ((progress: TuningProgress) => void) | undefined;
  /** Gives up before the next measurement. What was measured is kept. */
  readonly signal?: AbortSignal | undefined;
}

const defaultCandidates = 8;

/**
 * Times the configurations that seem best for each product of these operations on the device, and keeps the fastest in the
 * cache directory, for `setUseTuned`. Products that differ only within a block of 64 rows are measured once. Memory for
 * several sets of operands is taken meanwhile, three times L2 or one set if that is more; the device should do nothing else.
 *
 * @throws DgValidationError (as a rejection) for an operation or option that cannot be; DgUnavailableError for a device that
 * runs no kernels, or when results cannot be kept; DgOutOfMemoryError; DgCompileError when no kernel of a product compiles;
 * the reason of `signal`.
 */
export function autotune(
  device: Device,
  operations: readonly WarmupOperation[],
  options: AutotuneOptions = {},
): Promise<TuningSummary> {
  return autotuneBy(timeConfigs, device, operations, options);
}

/** With another measurement, for tests. */
export async function autotuneBy(
  time: typeof timeConfigs,
  device: Device,
  operations: readonly WarmupOperation[],
  options: AutotuneOptions,
): Promise<TuningSummary> {
  const start = performance.now();
  const kernelDevice = requireKernelDevice(device);
  const candidates = requireCount('autotune', 'candidates', options.candidates ?? defaultCandidates);
  const cacheDirectory = tunedDirectoryOf('autotune', options);
  const { onProgress = () => {}, signal } = options;
  const products = distinctProducts(operations, kernelDevice);
  const calls: TunedCall[] = [];
  onProgress({ done: 0, total: products.length });
  for (const product of products) {
    signal?.throwIfAborted();
    const { key, call } = await tuneOne(kernelDevice, product, candidates, time, signal);
    writeTuned(cacheDirectory, { key, config: call.best.config, microseconds: call.best.microseconds });
    calls.push(call);
    onProgress({ done: calls.length, total: products.length, call });
  }
  forgetPlans(kernelDevice);
  return { folder: tunedFolder(cacheDirectory), calls, milliseconds: performance.now() - start };
}

interface Product {
  readonly operation: WarmupOperation['operation'];
  readonly problem: GemmProblem;
  readonly device: SelectionDevice;
  readonly numSms: number;
  readonly key: string;
}

/** Each measurement once, of the most rows that it holds for. */
function distinctProducts(operations: readonly WarmupOperation[], { properties }: KernelDevice): Product[] {
  const { model, multiprocessorCount } = properties;
  const products = new Map<string, Product>();
  for (const operation of operations) {
    for (const { problem: called, device } of plannedCalls(operation, multiprocessorCount)) {
      const problem = tunedProblem(called);
      const numSms = device.numSms ?? multiprocessorCount;
      const key = tunedKey(problem, { model, multiprocessorCount, numSms });
      if (!products.has(key))
        products.set(key, { operation: operation.operation, problem, device, numSms, key });
    }
  }
  return [...products.values()];
}

async function tuneOne(
  device: KernelDevice,
  { operation, problem, device: selectionDevice, numSms, key }: Product,
  candidates: number,
  time: typeof timeConfigs,
  signal: AbortSignal | undefined,
): Promise<{ key: string; call: TunedCall }> {
  const chosen = selectConfig(problem, selectionDevice);
  const configs = withChosen(rankedConfigs(problem, selectionDevice).slice(0, candidates), chosen);
  const microseconds = await time(device, problem, numSms, configs, signal);
  const timed = configs.flatMap((config, index): TimedConfig[] => {
    const us = microseconds[index];
    return us === undefined ? [] : [{ config: gemmConfigName(config), microseconds: us }];
  });
  const best = timed.reduce((fastest, each) => (each.microseconds < fastest.microseconds ? each : fastest));
  const model = timed.find(({ config }) => config === gemmConfigName(chosen));
  return { key, call: { operation, problem, numSms, model, best, timed } };
}

/** The choice of the model is measured in any case, to tell what tuning gains. */
function withChosen(configs: readonly GemmConfig[], chosen: GemmConfig): readonly GemmConfig[] {
  const name = gemmConfigName(chosen);
  return configs.some((config) => gemmConfigName(config) === name) ? configs : [chosen, ...configs];
}

function requireKernelDevice(value: unknown): KernelDevice {
  const device = requireDevice('autotune', value);
  if (device.executesKernels) return device;
  throw new DgUnavailableError(
    'no-kernels',
    `autotune: expected a device that runs kernels but received ${device.name}.`,
    'Tune on the GPU that calls will run on.',
  );
}
