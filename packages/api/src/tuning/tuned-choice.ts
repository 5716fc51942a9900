import { defaultLogger } from '@dg/jit';
import { type GemmConfig, gemmConfigName } from '@dg/kernels';
import type { KernelDevice } from '@dg/runtime';
import { candidatesFor } from '../config/select-config.js';
import type { GemmProblem } from '../problem/gemm-problem.js';
import { deviceSettings } from '../settings/device-settings.js';
import { tunedKey } from './tuned-problem.js';
import { readTuned, type TunedEntry } from './tuned-store.js';

export interface TunedChoice {
  readonly config: GemmConfig;
  /** When it was measured. */
  readonly microseconds: number;
}

/**
 * What measurement chose for a problem, where the device is set to use that and there is something. An entry that cannot be
 * used is passed over with a warning: the model chooses then.
 */
export function tunedChoice(
  device: KernelDevice,
  problem: GemmProblem,
  numSms: number,
): TunedChoice | undefined {
  const { tunedDirectory } = deviceSettings(device);
  if (tunedDirectory === undefined) return undefined;
  const { model, multiprocessorCount } = device.properties;
  const warn = (reason: string) =>
    defaultLogger().warn(`a tuned configuration is passed over, and the model chooses: ${reason}`);
  let entry: TunedEntry | undefined;
  try {
    entry = readTuned(tunedDirectory, tunedKey(problem, { model, multiprocessorCount, numSms }));
  } catch (error) {
    warn((error as Error).message);
    return undefined;
  }
  if (entry === undefined) return undefined;
  const config = candidatesFor(problem).find((candidate) => gemmConfigName(candidate) === entry.config);
  if (config === undefined) {
    warn(`expected a configuration of this version but received ${entry.config}; tune again`);
    return undefined;
  }
  return { config, microseconds: entry.microseconds };
}
