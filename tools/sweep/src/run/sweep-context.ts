import type { KernelDevice, Stream } from '@dg/runtime';
import type { FillNormal } from '../../../bench/src/inputs/fill-normal.js';
import type { RunIdentity } from '../../../bench/src/run-identity.js';

/** What every measurement of a sweep has in common. */
export interface SweepContext {
  readonly device: KernelDevice;
  readonly identity: RunIdentity;
  readonly dependentLaunch: boolean;
  /** More than the caches hold: input sets together exceed it. */
  readonly coldBytes: number;
  /** Time of the GPU that one configuration may take, roughly. */
  readonly budgetMilliseconds: number;
  /** Before each timing, so that the power limit does not slow one kernel for what another did. */
  readonly pauseMilliseconds: number;
  fillNormalOn(stream: Stream): FillNormal;
}
