import { resolve } from 'node:path';
import { defaultCacheDirectory, readJitEnvironment } from '@dg/jit';
import { type Device, describeValue, type KernelDevice, reject, requireOptions } from '@dg/runtime';
import { forgetPlans } from '../launch/gemm-plan.js';
import { warnOfTuned } from '../tuning/tuned-choice.js';
import { listTuned, type TunedEntry } from '../tuning/tuned-store.js';
import { requireString } from '../validation/require-string.js';
import { changeDeviceSettings, deviceSettings } from './device-settings.js';
import { requireDevice } from './require-device.js';

/** Where `autotune` keeps what it measured. */
export interface TunedOptions {
  /** Default: `DG_JIT_CACHE_DIR`, else `~/.deep_gemm`. */
  readonly cacheDirectory?: string | undefined;
}

/**
 * Whether later GEMMs on the device take the configurations that `autotune` measured as the fastest, where there are such
 * in the directory, in place of the model's. Results are within the same bounds, and not always the same bits. Off unless
 * it was set. The directory is read now, which blocks for as long, and not again but for what `autotune` adds on this device; a
 * captured graph keeps what held when it was captured.
 *
 * @throws DgValidationError
 */
export function setUseTuned(device: Device, useTuned: boolean, options: TunedOptions = {}): void {
  const operation = 'setUseTuned';
  const checkedDevice = requireDevice(operation, device);
  if (typeof useTuned !== 'boolean') reject(operation, 'useTuned to be a boolean', describeValue(useTuned));
  const directory = tunedDirectoryOf(operation, requireOptions<TunedOptions>(operation, options, {}));
  changeDeviceSettings(checkedDevice, {
    tuned: useTuned ? { directory, entries: entriesOf(directory) } : undefined,
  });
  forgetPlans(checkedDevice);
}

function entriesOf(directory: string): Map<string, TunedEntry> {
  return new Map(listTuned(directory, warnOfTuned).map((entry) => [entry.key, entry]));
}

/** What `setUseTuned` set. */
export function getUseTuned(device: Device): boolean {
  return deviceSettings(requireDevice('getUseTuned', device)).tuned !== undefined;
}

/** What was just measured holds from now on where the device uses the directory. */
export function useNewlyTuned(device: KernelDevice, cacheDirectory: string, entry: TunedEntry): void {
  const { tuned } = deviceSettings(device);
  if (tuned?.directory !== cacheDirectory) return;
  tuned.entries.set(entry.key, entry);
  forgetPlans(device);
}

export function tunedDirectoryOf(operation: string, { cacheDirectory }: TunedOptions): string {
  const named =
    cacheDirectory === undefined
      ? (readJitEnvironment().cacheDirectory ?? defaultCacheDirectory())
      : requireString(operation, 'cacheDirectory', cacheDirectory);
  return resolve(named);
}
