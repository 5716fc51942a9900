import { Clock } from '../ordering/clock.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import { bitCount } from './bit-count.js';
import { Fault } from './fault.js';
import type { Mbarrier } from './mbarrier.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

/** barrier.cluster (PTX ISA 9.7.13.3): complete when every thread of the cluster that is still there has arrived. */
export class ClusterBarrier {
  #generation = 0;
  #arrived = 0;
  #threads: number;
  #waiters: Waiter[] = [];
  readonly #arrivedIn = new Map<Warp, number>();
  /** The latest phase whose end a warp has waited for. */
  readonly #waitedFor = new Map<Warp, number>();
  /** What those who arrived with release semantics knew, in this generation and before. */
  readonly #arriving: Clock;
  #released: Clock;

  constructor(threads: number, actors: ClusterActors) {
    this.#threads = threads;
    this.#arriving = new Clock(actors);
    this.#released = new Clock(actors);
  }

  arrive(warp: Warp, mask: number, releases: boolean): void {
    if (this.#arrivedIn.get(warp) === this.#generation) {
      throw new Fault(
        'barrier',
        'expected barrier.cluster.wait after an arrival but received another arrival',
      );
    }
    this.#arrivedIn.set(warp, this.#generation);
    if (releases) warp.clocks.release(mask, this.#arriving);
    this.#announceBarriers(warp, mask);
    this.#arrived += bitCount(mask);
    this.#completeIfDone();
  }

  /** True when the phase in which the warp arrived is complete; else it is woken then. */
  wait(warp: Warp, mask: number): boolean {
    const generation = this.#arrivedIn.get(warp);
    if (generation === undefined) {
      throw new Fault('barrier', 'expected barrier.cluster.arrive before the wait but received none');
    }
    if (generation < this.#generation) {
      warp.clocks.acquire(mask, this.#released);
      this.#waitedFor.set(warp, generation);
      return true;
    }
    this.#waiters.push({ warp, mask });
    return false;
  }

  /** Whether a warp knows an mbarrier object through fence.mbarrier_init and this barrier, even if of relaxed semantics. */
  hasAnnounced(warp: Warp, { announcedIn }: Mbarrier): boolean {
    return announcedIn !== undefined && announcedIn <= (this.#waitedFor.get(warp) ?? -1);
  }

  /** What the lanes initialised, and a fence has made ready for it. */
  #announceBarriers(warp: Warp, mask: number): void {
    for (const barrier of warp.unannouncedBarriers) {
      if (barrier.fencedForCluster && warp.hasInitialised(barrier, mask))
        barrier.announcedIn = this.#generation;
    }
    warp.unannouncedBarriers = warp.unannouncedBarriers.filter(
      ({ announcedIn }) => announcedIn === undefined,
    );
  }

  /** Lanes leave the kernel. */
  leave(warp: Warp, mask: number): void {
    const arrived = this.#arrivedIn.get(warp) === this.#generation;
    this.#threads -= bitCount(mask);
    if (arrived) this.#arrived -= bitCount(mask);
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
