import { Clock } from '../ordering/clock.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import { Fault } from './fault.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

const warpThreads = 32;

/** One of the sixteen barriers of a CTA (PTX ISA 9.7.13.1): counts whole warps. */
export class NamedBarrier {
  readonly #actors: ClusterActors;
  #threads = 0;
  #arrived = 0;
  #waiters: Waiter[] = [];
  /** Warps that have arrived and not waited. */
  #arrivals: Warp[] = [];
  #known: Clock | undefined;

  constructor(actors: ClusterActors) {
    this.#actors = actors;
  }

  /** Returns whether the barrier is complete with this arrival; then everybody who waited goes on. */
  arrive(warp: Warp, mask: number, threads: number, waits: boolean): boolean {
    if (threads <= 0 || threads % warpThreads !== 0) {
      throw new Fault(
        'barrier',
        `expected a multiple of ${warpThreads} threads for a barrier but received ${threads}`,
      );
    }
    if (threads > warp.cta.warps.length * warpThreads) {
      throw new Fault(
        'barrier',
        `expected at most the ${warp.cta.threads} threads of the CTA but received ${threads}`,
      );
    }
    if (this.#arrived > 0 && threads !== this.#threads) {
      throw new Fault(
        'barrier',
        `expected ${this.#threads} threads, as the first warp said, but received ${threads}`,
      );
    }
    this.#known ??= new Clock(this.#actors);
    warp.clocks.release(mask, this.#known);
    this.#threads = threads;
    this.#arrived += warpThreads;
    if (waits) this.#waiters.push({ warp, mask });
    else this.#arrivals.push(warp);
    if (this.#arrived < threads) return false;
    this.#complete(waits ? warp : undefined, this.#known);
    return true;
  }

  /** Undefined when nobody waits. */
  describe(): string | undefined {
    if (this.#waiters.length === 0) return undefined;
    const there = [...new Set([...this.#waiters.map(({ warp }) => warp), ...this.#arrivals])];
    const missing = (this.#threads - this.#arrived) / warpThreads;
    return (
      `${this.#arrived} of ${this.#threads} threads have arrived: warps ${there.map(({ index }) => index).join(', ')}; ` +
      `${missing} more warp${missing === 1 ? '' : 's'} would release it`
    );
  }

  #complete(last: Warp | undefined, known: Clock): void {
    for (const { warp, mask } of this.#waiters) {
      warp.clocks.acquire(mask, known);
      if (warp !== last) warp.grant(mask);
    }
    this.#waiters = [];
    this.#arrivals = [];
    this.#arrived = 0;
    this.#known = undefined;
  }
}
