import { Clock } from '../ordering/clock.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import { bitCount } from './bit-count.js';
import { Fault } from './fault.js';
import { beforeAny, LanePhases } from './lane-phases.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

/** barrier.cluster (PTX ISA 9.7.13.3): complete when every thread of the cluster that is still there has arrived. */
export class ClusterBarrier {
  #generation = 0;
  #arrived = 0;
  #threads: number;
  #waiters: Waiter[] = [];
  /** The latest phase in which each lane has arrived. */
  readonly #arrivedIn = new LanePhases();
  /** What those who arrived with release semantics knew, and the mbarriers that any made ready, in this generation and before. */
  readonly #arriving: Clock;
  #released: Clock;

  constructor(threads: number, actors: ClusterActors) {
    this.#threads = threads;
    this.#arriving = new Clock(actors);
    this.#released = new Clock(actors);
  }

  arrive(warp: Warp, mask: number, releases: boolean): void {
    if (this.#arrivedIn.latest(warp, mask) === this.#generation) {
      throw new Fault(
        'barrier',
        'expected barrier.cluster.wait after an arrival but received another arrival',
      );
    }
    this.#arrivedIn.set(warp, mask, this.#generation);
    if (releases) warp.clocks.release(mask, this.#arriving);
    this.#announceBarriers(warp, mask);
    this.#arrived += bitCount(mask);
    this.#completeIfDone();
  }

  /** True when the phase in which the lanes arrived is complete; else they are woken then. */
  wait(warp: Warp, mask: number): boolean {
    if (this.#arrivedIn.earliest(warp, mask) === beforeAny) {
      throw new Fault('barrier', 'expected barrier.cluster.arrive before the wait but received none');
    }
    const phase = this.#arrivedIn.latest(warp, mask);
    if (phase < this.#generation) {
      warp.clocks.acquire(mask, this.#released);
      return true;
    }
    this.#waiters.push({ warp, mask });
    return false;
  }

  /** What the lanes initialised, and a fence has made ready for it, even by an arrival of relaxed semantics. */
  #announceBarriers(warp: Warp, mask: number): void {
    warp.unannouncedBarriers = warp.unannouncedBarriers.filter((barrier) => {
      if (!barrier.fencedForCluster || !warp.hasInitialised(barrier, mask)) return true;
      this.#arriving.note(barrier.announcer, barrier.initialisedAt);
      return false;
    });
  }

  /** Lanes leave the kernel. */
  leave(warp: Warp, mask: number): void {
    this.#threads -= bitCount(mask);
    this.#arrived -= this.#arrivedIn.count(warp, mask, this.#generation);
    this.#completeIfDone();
  }

  /** Undefined when nobody waits. */
  describe(): string | undefined {
    if (this.#waiters.length === 0) return undefined;
    return `${this.#arrived} of ${this.#threads} threads of the cluster have arrived`;
  }

  #completeIfDone(): void {
    if (this.#threads === 0 || this.#arrived < this.#threads) return;
    this.#generation += 1;
    this.#arrived = 0;
    this.#released = this.#arriving.copy();
    for (const { warp, mask } of this.#waiters) warp.wake(mask);
    this.#waiters = [];
  }
}
