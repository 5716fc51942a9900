import type { Device } from '@dg/runtime';
import type { TunedEntry } from '../tuning/tuned-store.js';

/** What measurement chose, by key, as it was read from a cache directory. */
export interface TunedChoices {
  readonly directory: string;
  readonly entries: Map<string, TunedEntry>;
}

/** What has been set for a device; what is left out has its default. */
interface DeviceSettings {
  readonly numSms?: number | undefined;
  readonly tcUtil?: number | undefined;
  readonly mkAlignment?: number | undefined;
  /** The choices of measurement; undefined where the model alone chooses. */
  readonly tuned?: TunedChoices | undefined;
}

const nothingSet: DeviceSettings = Object.freeze({});
const settingsOf = new WeakMap<Device, DeviceSettings>();

export function deviceSettings(device: Device): DeviceSettings {
  return settingsOf.get(device) ?? nothingSet;
}

export function changeDeviceSettings(device: Device, change: DeviceSettings): void {
  settingsOf.set(device, { ...deviceSettings(device), ...change });
}
