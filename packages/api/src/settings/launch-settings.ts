import type { Device } from '@dg/runtime';
import { hopper } from '../config/hopper-model.js';
import { deviceSettings } from './device-settings.js';
import { requireNumSms } from './num-sms.js';
import { requireTcUtil } from './tc-util.js';

/** What a launch may choose its configuration and its grid by, besides the problem. */
export interface LaunchSettings {
  /** At most the multiprocessors of the device. */
  readonly numSms: number;
  readonly tcUtil: number;
}

/** The options of one call, and what is set for the device where they are left out. Runs on every call. */
export function resolveLaunchSettings(
  operation: string,
  options: { readonly numSms?: unknown; readonly tcUtil?: unknown },
  device: Device,
): LaunchSettings {
  const { multiprocessorCount } = device.properties;
  const set = deviceSettings(device);
  const numSms =
    options.numSms === undefined
      ? (set.numSms ?? multiprocessorCount)
      : requireNumSms(operation, options.numSms);
  const tcUtil =
    options.tcUtil === undefined
      ? (set.tcUtil ?? hopper.tensorUtilization)
      : requireTcUtil(operation, options.tcUtil);
  return { numSms: Math.min(numSms, multiprocessorCount), tcUtil };
}
