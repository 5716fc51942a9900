import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import { type Device, DgError } from '@dg/runtime';
import * as api from '../../../../packages/api/src/index.js';
import { forgetPlans } from '../../../../packages/api/src/launch/gemm-plan.js';
import {
  changeDeviceSettings,
  deviceSettings,
} from '../../../../packages/api/src/settings/device-settings.js';
import type { TunedEntry } from '../../../../packages/api/src/tuning/tuned-store.js';

/** Its sources, built into this tool: the built package has settings of its own, which only its functions can change. */
export const libraryOfConfigs = api;

/**
 * Every GEMM of `libraryOfConfigs` that is called on the device meanwhile is computed by this configuration.
 *
 * @throws DgError when the library does not have it for a product that was called, or nothing was called.
 */
export async function withConfig(
  device: Device,
  config: GemmConfig,
  use: () => Promise<void>,
): Promise<void> {
  const { tuned } = deviceSettings(device);
  const entries = new EveryProduct(gemmConfigName(config));
  changeDeviceSettings(device, { tuned: { directory: '', entries } });
  forgetPlans(device);
  try {
    await use();
  } finally {
    changeDeviceSettings(device, { tuned });
    forgetPlans(device);
  }
  if (!entries.wasAsked)
    throw new DgError('DG_EXERCISE', `expected a product by ${entries.config} but received none`);
}

/** As if measurement had chosen the same for all of them. */
class EveryProduct extends Map<string, TunedEntry> {
  wasAsked = false;

  constructor(readonly config: string) {
    super();
  }

  override get(key: string): TunedEntry {
    this.wasAsked = true;
    return { key, config: this.config, microseconds: 1 };
  }

  /** What the library does with an entry that it cannot use. */
  override delete(key: string): boolean {
    throw new DgError('DG_EXERCISE', `expected a configuration for ${key} but received ${this.config}`);
  }
}
