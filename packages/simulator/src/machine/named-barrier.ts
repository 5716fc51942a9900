import { Fault } from './fault.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

const warpThreads = 32;

/** One of the sixteen barriers of a CTA (PTX ISA 9.7.13.1): counts whole warps. */
export class NamedBarrier {
  #threads = 0;
  #arrived = 0;
  #waiters: Waiter[] = [];

  /** Returns whether the barrier is complete with this arrival; then everybody who waited goes on. */
  arrive(warp: Warp, mask: number, threads: number, waits: boolean): boolean {
    if (threads <= 0 || threads % warpThreads !== 0) {
      throw new Fault(
        'barrier',
        `expected a multiple of ${warpThreads} threads for a barrier but received ${threads}`,
      );
    }
    if (this.#arrived > 0 && threads !== this.#threads) {
      throw new Fault(
        'barrier',
        `expected ${this.#threads} threads, as the first warp said, but received ${threads}`,
      );
    }
    this.#threads = threads;
    this.#arrived += warpThreads;
    if (this.#arrived < threads) {
      if (waits) this.#waiters.push({ warp, mask });
      return false;
    }
    for (const waiter of this.#waiters) waiter.warp.grant(waiter.mask);
    this.#waiters = [];
    this.#arrived = 0;
    return true;
  }

  /** Undefined when nobody waits. */
  describe(): string | undefined {
    if (this.#waiters.length === 0) return undefined;
    return `${this.#arrived} of ${this.#threads} threads have arrived`;
  }
}
