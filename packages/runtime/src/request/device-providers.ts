import { DgUnavailableError } from '@dg/jit';
import type { Device } from '../device/device.js';
import type { RequestDeviceOptions } from './request-device.js';

/** Makes the device of an id such as `sim:sm_90a`. It must call `onDestroy` when the device is destroyed. */
export type DeviceFactory = (
  id: string,
  options: RequestDeviceOptions,
  onDestroy: () => void,
) => Device | Promise<Device>;

const factories = new Map<string, DeviceFactory>();

/** Serves the ids that start with `kind` and a colon. Registering a kind again replaces its factory. */
export function registerDeviceProvider(kind: 'sim', factory: DeviceFactory): void {
  factories.set(kind, factory);
}

/** Throws DgUnavailableError when nobody registered. */
export function deviceProvider(kind: 'sim'): DeviceFactory {
  const factory = factories.get(kind);
  if (factory === undefined) {
    throw new DgUnavailableError(
      'simulator-not-registered',
      'expected a registered simulator for a sim: device but received none.',
      "Import '@dg/simulator' first.",
    );
  }
  return factory;
}
