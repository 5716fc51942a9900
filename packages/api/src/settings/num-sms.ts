import type { Device } from '@dg/runtime';
import { requireCount } from '../validation/require-count.js';
import { changeDeviceSettings, deviceSettings } from './device-settings.js';
import { requireDevice } from './require-device.js';

/**
 * Limits the multiprocessors that each later GEMM on the device takes, so that other work can run beside it. More than
 * the device has means all of them, so that a program can run on a smaller device. The option `numSms` of a call goes
 * first. Only the grid of a launch and the choice among kernels follow it; no kernel is compiled for a number of
 * multiprocessors. A captured graph keeps what held when it was captured.
 *
 * @param numSms an integer of at least 1; undefined for all again.
 * @throws DgValidationError
 */
export function setNumSms(device: Device, numSms: number | undefined): void {
  const operation = 'setNumSms';
  const checkedDevice = requireDevice(operation, device);
  changeDeviceSettings(checkedDevice, {
    numSms: numSms === undefined ? undefined : requireNumSms(operation, numSms),
  });
}

/** The limit of `setNumSms`; the device's number of multiprocessors when none is set, or when the limit is above it. */
export function getNumSms(device: Device): number {
  const { properties } = requireDevice('getNumSms', device);
  return Math.min(
    deviceSettings(device).numSms ?? properties.multiprocessorCount,
    properties.multiprocessorCount,
  );
}

export function requireNumSms(operation: string, value: unknown): number {
  return requireCount(operation, 'numSms', value);
}
