import { Clock } from '../ordering/clock.js';
import type { MemoryOrder } from '../ordering/memory-order.js';
import type { MbarrierUnit } from './mbarrier-unit.js';
import type { Warp } from './warp.js';

/** Clocks that a strong access of a lane takes along, or has found. */
interface FencedLane {
  /** What the lane knew at its latest fence: its later relaxed writes publish it. */
  released: Clock | undefined;
  /** What its relaxed reads have found since: its next fence takes it over. */
  found: Clock | undefined;
}

/**
 * Orders that fences and strong accesses make (PTX ISA 8.7 to 8.9): a release pattern publishes what a lane knows at an
 * address, an acquire pattern takes it from there. Scopes are not told apart.
 */
export class MemoryFences {
  readonly #order: MemoryOrder;
  readonly #barriers: MbarrierUnit;
  readonly #published = new Map<number, Clock>();
  readonly #lanes = new Map<number, FencedLane>();

  constructor(order: MemoryOrder, barriers: MbarrierUnit) {
    this.#order = order;
    this.#barriers = barriers;
  }

  /** fence.proxy.async */
  fenceAsyncProxy(warp: Warp, mask: number): void {
    warp.clocks.passFence(mask);
    this.#barriers.fence(warp);
  }

  /** fence.mbarrier_init */
  fenceBarrierInit(warp: Warp, mask: number): void {
    this.#barriers.fenceForCluster(warp, mask);
  }

  /** fence.acq_rel, fence.sc, membar */
  fenceMemory(warp: Warp, mask: number): void {
    if (!this.#order.enabled) return;
    for (let lane = 0; lane < 32; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      const state = this.#stateOf(warp, lane);
      if (state.found !== undefined) warp.clocks.acquire(1 << lane, state.found);
      state.found = undefined;
      state.released = new Clock(warp.cta.actors);
      warp.clocks.release(1 << lane, state.released);
    }
  }

  /** A strong access of a lane is done. `address` is unique in the launch. */
  noteStrong(
    warp: Warp,
    lane: number,
    address: number,
    reads: boolean,
    writes: boolean,
    semantics: string,
  ): void {
    if (!this.#order.enabled) return;
    const published = this.#published.get(address);
    if (reads && published !== undefined) this.#find(warp, lane, published, semantics);
    if (writes) this.#publish(warp, lane, address, semantics);
  }

  #find(warp: Warp, lane: number, published: Clock, semantics: string): void {
    if (semantics === 'acquire' || semantics === 'acq_rel') {
      warp.clocks.acquire(1 << lane, published);
      return;
    }
    const state = this.#stateOf(warp, lane);
    state.found ??= new Clock(warp.cta.actors);
    state.found.join(published);
  }

  /** An address keeps what was published there: read-modify-writes in between carry it on. */
  #publish(warp: Warp, lane: number, address: number, semantics: string): void {
    const releases = semantics === 'release' || semantics === 'acq_rel';
    const released = this.#stateOf(warp, lane).released;
    if (!releases && released === undefined) return;
    let clock = this.#published.get(address);
    if (clock === undefined) {
      clock = new Clock(warp.cta.actors);
      this.#published.set(address, clock);
    }
    if (releases) warp.clocks.release(1 << lane, clock);
    else clock.join(released!);
  }

  #stateOf(warp: Warp, lane: number): FencedLane {
    const actor = warp.clocks.firstActor + lane;
    let state = this.#lanes.get(actor);
    if (state === undefined) {
      state = { released: undefined, found: undefined };
      this.#lanes.set(actor, state);
    }
    return state;
  }
}
