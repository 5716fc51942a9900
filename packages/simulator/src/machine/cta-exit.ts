import { Clock } from '../ordering/clock.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import type { MemoryOrder } from '../ordering/memory-order.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

interface Touch {
  readonly actor: number;
  readonly time: number;
  readonly site: number;
  readonly what: string;
}

/**
 * What has to be over when the last thread of a CTA leaves: its shared memory and its barriers are gone then, and belong
 * to the next CTA.
 */
export class CtaExit {
  readonly #order: MemoryOrder;
  readonly #enabled: boolean;
  /** What all who left knew. */
  readonly #known: Clock;
  /** The latest of each peer thread and of each asynchronous actor. */
  readonly #touches = new Map<number, Touch>();
  #over = false;

  constructor(order: MemoryOrder, actors: ClusterActors, enabled: boolean) {
    this.#order = order;
    this.#enabled = enabled;
    this.#known = new Clock(actors);
  }

  /** For a lane that is about to touch this CTA's shared memory. */
  requirePresent(lane: number): void {
    if (!this.#over) return;
    throw new Fault(
      'exit',
      'expected a CTA of the cluster that is still there but received one that has left',
      lane,
    );
  }

  /** A thread of another CTA of the cluster touches this one's shared memory. */
  touchFrom(warp: Warp, lane: number): void {
    if (!this.#enabled) return;
    const what = `warp ${warp.index}, lane ${lane} of CTA [${warp.cta.special.ctaid.join(', ')}]`;
    this.requirePresent(lane);
    const actor = warp.clocks.firstActor + lane;
    this.#touches.set(actor, { actor, time: this.#order.time.now, site: this.#order.siteOf(warp), what });
  }

  /** An asynchronous operation that reads or writes this CTA's shared memory. */
  touchAsync(actor: number, time: number, site: number, what: string): void {
    if (this.#enabled) this.#touches.set(actor, { actor, time, site, what });
  }

  /** Lanes leave; with the last of the CTA everything has to be over. */
  leave(warp: Warp, mask: number): void {
    if (!this.#enabled) return;
    warp.clocks.release(mask, this.#known);
    if (warp.cta.warps.every(({ live }) => live === 0)) this.#close(warp.cta);
  }

  #close(cta: Cta): void {
    this.#over = true;
    for (const { actor, time, site, what } of this.#touches.values()) {
      if (this.#known.knows(actor, time)) continue;
      throw new Fault(
        'exit',
        `the CTA leaves while ${what} may still touch its shared memory: nobody waited for ${this.#order.describeSite(site)}`,
      );
    }
    for (const [address, barrier] of cta.mbarriers) {
      const open = barrier.describeOpenBytes();
      if (open === undefined) continue;
      throw new Fault(
        'barrier',
        `the CTA leaves with the mbarrier at ${address} in the middle of a phase: ${open}`,
      );
    }
  }
}
