import { type Device, describeValue, reject } from '@dg/runtime';
import { hopper } from '../config/hopper-model.js';
import { changeDeviceSettings, deviceSettings } from './device-settings.js';
import { requireDevice } from './require-device.js';

/**
 * The share of the tensor cores' peak that the choice of a configuration takes as reachable on the device, from now on.
 * The lower it is, the less a tile gains in the model by reading less memory. It changes which kernel is chosen and how
 * fast it is; the accuracy of results does not depend on it. The option `tcUtil` of a call goes first.
 *
 * @param tcUtil above 0, at most 1; undefined for the default, which was fitted on an H200.
 * @throws DgValidationError
 */
export function setTcUtil(device: Device, tcUtil: number | undefined): void {
  const operation = 'setTcUtil';
  const checkedDevice = requireDevice(operation, device);
  changeDeviceSettings(checkedDevice, {
    tcUtil: tcUtil === undefined ? undefined : requireTcUtil(operation, tcUtil),
  });
}

/** What `setTcUtil` set, or the default. */
export function getTcUtil(device: Device): number {
  return deviceSettings(requireDevice('getTcUtil', device)).tcUtil ?? hopper.tensorUtilization;
}

export function requireTcUtil(operation: string, value: unknown): number {
  if (typeof value !== 'number' || !(value > 0 && value <= 1)) {
    reject(operation, 'tcUtil to be a number above 0 and at most 1', describeValue(value));
  }
  return value;
}
