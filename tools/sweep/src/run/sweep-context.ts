import type { KernelDevice, Stream } from '@dg/runtime';
import type { FillNormal } from '../../../bench/src/inputs/fill-normal.js';
import type { LaunchVariant } from '../../../bench/src/launch-variant.js';
import type { RunIdentity } from '../../../bench/src/run-identity.js';

/** What every measurement of a sweep has in common. */
export interface SweepContext {
  readonly device: KernelDevice;
  readonly identity: RunIdentity;
  /** How kernels are launched; what is left out is as the library does it. */
  readonly variant: LaunchVariant;
  /** More than the caches hold: input sets together exceed it. */
  readonly coldBytes: number;
  /** Time of the GPU that one configuration may take, roughly. */
  readonly budgetMilliseconds: number;
  /** Before each timing, so that the power limit does not slow one kernel for what another did. */
  readonly pauseMilliseconds: number;
  fillNormalOn(stream: Stream): FillNormal;
}
