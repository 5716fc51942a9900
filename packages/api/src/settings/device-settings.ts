import type { Device } from '@dg/runtime';

/** What has been set for a device; what is left out has its default. */
interface DeviceSettings {
  readonly numSms?: number | undefined;
  readonly tcUtil?: number | undefined;
  readonly mkAlignment?: number | undefined;
  /** Where the choices of measurement are read from; undefined where the model alone chooses. */
  readonly tunedDirectory?: string | undefined;
}

const nothingSet: DeviceSettings = Object.freeze({});
const settingsOf = new WeakMap<Device, DeviceSettings>();

export function deviceSettings(device: Device): DeviceSettings {
  return settingsOf.get(device) ?? nothingSet;
}

export function changeDeviceSettings(device: Device, change: DeviceSettings): void {
  settingsOf.set(device, { ...deviceSettings(device), ...change });
}
