import type { Device, Stream } from '@dg/runtime';
import type { FillNormal } from './inputs/fill-normal.js';
import type { LaunchVariant } from './launch-variant.js';
import type { TimingEffort } from './measure/time-launches.js';
import type { YardstickLookup } from './peers/yardsticks.js';
import type { RunIdentity } from './run-identity.js';

/** What every measurement of a run has in common. */
export interface BenchContext {
  readonly device: Device;
  readonly identity: RunIdentity;
  readonly yardsticks: YardstickLookup;
  /** How calls are enqueued; nothing for the library's defaults. */
  readonly variant: LaunchVariant;
  readonly effort: TimingEffort;
  /** More than the caches hold: input sets together exceed it. */
  readonly coldBytes: number;
  /** Before each timing, so that the power limit does not slow one kernel for what another did. */
  readonly pauseMilliseconds: number;
  fillNormalOn(stream: Stream): FillNormal;
}
