import type { AsyncAccess, MemoryOrder } from '../ordering/memory-order.js';
import type { Warp } from './warp.js';

/** What one lane started: what `actor` does at its `time`, and what the lane knows now. */
export function laneAccess(
  order: MemoryOrder,
  warp: Warp,
  lane: number,
  { name, actor, time, generic }: Pick<AsyncAccess, 'name' | 'actor' | 'time' | 'generic'>,
): AsyncAccess {
  const self = warp.clocks.firstActor + lane;
  return {
    name,
    actor,
    time,
    clock: warp.clocks.of(lane),
    self,
    selfEnd: self + 1,
    site: order.siteOf(warp),
    strong: false,
    generic,
  };
}
