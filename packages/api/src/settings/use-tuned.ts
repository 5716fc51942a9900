import { defaultCacheDirectory, readJitEnvironment } from '@dg/jit';
import type { Device } from '@dg/runtime';
import { forgetPlans } from '../launch/gemm-plan.js';
import { requireBoolean } from '../validation/require-boolean.js';
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
 * it was set. What is read is kept until this is called again; a captured graph keeps what held when it was captured.
 *
 * @throws DgValidationError
 */
export function setUseTuned(device: Device, useTuned: boolean, options: TunedOptions = {}): void {
  const operation = 'setUseTuned';
  const checkedDevice = requireDevice(operation, device);
  const isUsed = requireBoolean(operation, 'useTuned', useTuned, false);
  changeDeviceSettings(checkedDevice, {
    tunedDirectory: isUsed ? tunedDirectoryOf(operation, options) : undefined,
  });
  forgetPlans(checkedDevice);
}

/** What `setUseTuned` set. */
export function getUseTuned(device: Device): boolean {
  return deviceSettings(requireDevice('getUseTuned', device)).tunedDirectory !== undefined;
}

export function tunedDirectoryOf(operation: string, { cacheDirectory }: TunedOptions): string {
  if (cacheDirectory !== undefined) return requireString(operation, 'cacheDirectory', cacheDirectory);
  return readJitEnvironment().cacheDirectory ?? defaultCacheDirectory();
}
