import type { DeviceProperties } from '../device/device-properties.js';

/** Why a GPU cannot be used. Stable; safe to switch on. */
export type UnavailableReason =
  | 'addon-not-built'
  | 'addon-failed-to-load'
  | 'libcuda-not-found'
  | 'libcuda-symbol-missing'
  | 'driver-init-failed'
  | 'driver-too-old'
  | 'no-device'
  | 'unsupported-architecture'
  | 'compute-prohibited'
  | 'memory-pools-unsupported';

/** One thing that is wrong, in words, and what to do about it. */
export interface Problem<Code extends string = UnavailableReason> {
  readonly reason: Code;
  readonly message: string;
  readonly mend: string;
}

export interface DeviceAvailability {
  /** `cuda:0` */
  readonly id: string;
  readonly ordinal: number;
  readonly properties: DeviceProperties;
  /** Undefined when the device can be used. */
  readonly problem: Problem | undefined;
}

/** Whether this machine has a GPU that the library can use, and if not, why and how to mend it. */
export interface Availability {
  readonly available: boolean;
  /** The rest of the problem is undefined when `available`. */
  readonly reason: UnavailableReason | undefined;
  readonly message: string | undefined;
  readonly mend: string | undefined;
  /** Every GPU that the driver shows, usable or not. */
  readonly devices: readonly DeviceAvailability[];
  /** What does not stop a GPU from being used, such as a missing compiler, without which only kernels from the cache can be loaded. */
  readonly notes: readonly Problem<string>[];
}
