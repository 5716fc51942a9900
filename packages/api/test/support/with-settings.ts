import type { Device } from '@dg/runtime';
import * as api from '../../src/index.js';

/** What can be set for a device, to hold for the calls on it that say nothing of their own. */
export interface Settings {
  readonly numSms?: number;
  readonly tcUtil?: number;
  readonly mkAlignment?: number;
}

export function settingsOf(device: Device): Required<Settings> {
  return {
    numSms: api.getNumSms(device),
    tcUtil: api.getTcUtil(device),
    mkAlignment: api.getMkAlignmentForContiguousLayout(device),
  };
}

/** Makes a call with settings of its device, and puts back those that were there before. */
export function withSettings(device: Device, settings: Settings, call: () => void): void {
  const before = settingsOf(device);
  try {
    change(device, settings);
    call();
  } finally {
    change(device, before);
  }
}

function change(device: Device, { numSms, tcUtil, mkAlignment }: Settings): void {
  if (numSms !== undefined) api.setNumSms(device, numSms);
  if (tcUtil !== undefined) api.setTcUtil(device, tcUtil);
  if (mkAlignment !== undefined) api.setMkAlignmentForContiguousLayout(device, mkAlignment);
}
