import { defaultLogger } from '@dg/jit';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { rankedConfigs, selectConfig } from '../config/select-config.js';
import type { SelectionDevice } from '../config/selection-device.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { deviceSettings } from '../settings/device-settings.js';
import { tunedKey, tunedProblem } from './tuned-problem.js';

export interface TunedChoice {
  readonly config: GemmConfig;
  /** When it was measured. */
  readonly microseconds: number;
}

/**
 * What measurement chose for a problem, where the device is set to use that and there is something. What cannot be used is
 * passed over, with a warning: the model chooses then.
 */
export function tunedChoice(
  device: KernelDevice,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
): TunedChoice | undefined {
  const entries = deviceSettings(device).tuned?.entries;
  const entry = entries?.get(tunedKey(problem, { ...selectionDevice, model: device.properties.model }));
  if (entry === undefined) return undefined;
  // What suits a whole block of rows: see tuned-problem.ts.
  const config = suitableConfig(entry.config, tunedProblem(problem), selectionDevice);
  if (config !== undefined) return { config, microseconds: entry.microseconds };
  passOverTuned(device, problem, selectionDevice, unknownConfig(entry.config));
  return undefined;
}

/** Warns once, and never takes it again. */
export function passOverTuned(
  device: KernelDevice,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
  reason: string,
): void {
  const key = tunedKey(problem, { ...selectionDevice, model: device.properties.model });
  deviceSettings(device).tuned?.entries.delete(key);
  warnOfTuned(reason);
}

/** The configuration of this name that is right for the problem, in this version of the library. */
export function suitableConfig(
  name: string,
  problem: GemmProblem,
  selectionDevice: SelectionDevice,
): GemmConfig | undefined {
  const suitable = [...rankedConfigs(problem, selectionDevice), selectConfig(problem, selectionDevice)];
  return suitable.find((config) => gemmConfigName(config) === name);
}

export function unknownConfig(name: string): string {
  return `expected a configuration that this version has for the product but received ${name}; tune again`;
}

export function warnOfTuned(reason: string): void {
  defaultLogger().warn(`a tuned configuration is passed over, and the model chooses: ${reason}`);
}
