import type { DeviceProperties } from '@dg/runtime';

/** The part of a device that the choice depends on, and the settings that it follows. */
export interface SelectionDevice extends Pick<DeviceProperties, 'multiprocessorCount'> {
  /** Multiprocessors that the launch may take; all of them when left out. */
  readonly numSms?: number;
  /** Share of the tensor cores' peak that is taken as reachable; the fitted one when left out. */
  readonly tcUtil?: number;
}
