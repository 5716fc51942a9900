import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import {
  type Device,
  DgUnavailableError,
  describeValue,
  type KernelDevice,
  reject,
  requireOptions,
} from '@dg/runtime';
import { rankedConfigs, selectConfig } from '../config/select-config.js';
import { requireDevice } from '../settings/require-device.js';
import { type TunedOptions, tunedDirectoryOf, useNewlyTuned } from '../settings/use-tuned.js';
import { requireCount } from '../validation/require-count.js';
import type { WarmupOperation } from '../warmup/warmup-operation.js';
import { timeConfigs } from './time-configs.js';
import { tunedFolder, writeTuned } from './tuned-store.js';
import { type TuningProduct, tuningProducts } from './tuning-products.js';
import type { TimedConfig, TunedCall, TuningProgress, TuningSummary } from './tuning-summary.js';

export interface AutotuneOptions extends TunedOptions {
  /** How many configurations are timed for each product, those of the lowest estimates. Default 8. */
  readonly candidates?: number | undefined;
  readonly onProgress?: ((progress: TuningProgress) => void) | undefined;
  /** Gives up before the next measurement. What was measured is kept. */
  readonly signal?: AbortSignal | undefined;
}

const name = 'autotune';
const defaultCandidates = 8;

/**
 * Times the configurations that seem best for each product of these operations on the device, and keeps the fastest in the
 * cache directory, for `setUseTuned`; kernels are compiled by the device's own compiler. What an operation leaves out is as it
 * is set for the device. Products that differ only within a block of 64 rows are measured once. Memory for several sets of
 * operands is taken meanwhile, three times L2 or one set if that is more; the device should do nothing else.
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
  const checked = requireOptions<AutotuneOptions>(name, options, {});
  const candidates = requireCount(name, 'candidates', checked.candidates ?? defaultCandidates);
  const cacheDirectory = tunedDirectoryOf(name, checked);
  if (!Array.isArray(operations)) reject(name, 'operations to be a list', describeValue(operations));
  const { onProgress = () => {}, signal } = checked;
  const products = await tuningProducts(operations, kernelDevice, signal);
  const calls: TunedCall[] = [];
  await alone(kernelDevice, async () => {
    onProgress({ done: 0, total: products.length });
    for (const product of products) {
      signal?.throwIfAborted();
      const call = await tuneOne(kernelDevice, product, candidates, time, signal);
      const { config, microseconds } = call.best;
      const entry = { key: product.key, config, microseconds };
      writeTuned(cacheDirectory, entry);
      useNewlyTuned(kernelDevice, cacheDirectory, entry);
      calls.push(call);
      onProgress({ done: calls.length, total: products.length, call });
    }
  });
  return { folder: tunedFolder(cacheDirectory), calls, milliseconds: performance.now() - start };
}

const tuning = new WeakSet<KernelDevice>();

/** Two at a time would measure each other. */
async function alone(device: KernelDevice, work: () => Promise<void>): Promise<void> {
  if (tuning.has(device)) {
    reject(name, `no other autotune on ${device.name} at the same time`, 'one that has not ended');
  }
  tuning.add(device);
  try {
    await work();
  } finally {
    tuning.delete(device);
  }
}

async function tuneOne(
  device: KernelDevice,
  { operation, problem, device: selectionDevice }: TuningProduct,
  candidates: number,
  time: typeof timeConfigs,
  signal: AbortSignal | undefined,
): Promise<TunedCall> {
  const chosen = selectConfig(problem, selectionDevice);
  const configs = withChosen(rankedConfigs(problem, selectionDevice).slice(0, candidates), chosen);
  const microseconds = await time(device, problem, selectionDevice, configs, signal);
  const timed = configs.flatMap((config, index): TimedConfig[] => {
    const us = microseconds[index];
    return us === undefined ? [] : [{ config: gemmConfigName(config), microseconds: us }];
  });
  const best = timed.reduce((fastest, each) => (each.microseconds < fastest.microseconds ? each : fastest));
  const model = timed.find(({ config }) => config === gemmConfigName(chosen));
  const { multiprocessorCount, numSms = multiprocessorCount } = selectionDevice;
  return { operation, problem, numSms, model, best, timed };
}

/** The choice of the model is measured in any case, to tell what tuning gains. */
function withChosen(configs: readonly GemmConfig[], chosen: GemmConfig): readonly GemmConfig[] {
  const name = gemmConfigName(chosen);
  return configs.some((config) => gemmConfigName(config) === name) ? configs : [chosen, ...configs];
}

function requireKernelDevice(value: unknown): KernelDevice {
  const device = requireDevice(name, value);
  if (device.executesKernels) return device;
  throw new DgUnavailableError(
    'no-kernels',
    `autotune: expected a device that runs kernels but received ${device.name}.`,
    'Tune on the GPU that calls will run on.',
  );
}
