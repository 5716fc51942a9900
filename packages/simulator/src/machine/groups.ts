import type { Waiter } from './waiter.js';

/**
 * Committed groups of asynchronous operations of one thread or warp: bulk stores, or WGMMA. Groups are counted from 1, in
 * the order of their commits.
 */
export class Groups {
  /** Operations not yet executed: in the open group last, in committed groups before. */
  readonly #pending: number[] = [0];
  #first = 1;
  #waiters: (Waiter & { readonly allowed: number })[] = [];

  /** Returns the number of the group that the operation belongs to. */
  add(): number {
    this.#pending[this.#pending.length - 1]! += 1;
    return this.#open;
  }

  commit(): void {
    this.#pending.push(0);
  }

  done(group: number): void {
    this.#pending[group - this.#first]! -= 1;
    while (this.#pending.length > 1 && this.#pending[0] === 0) {
      this.#pending.shift();
      this.#first += 1;
    }
    this.#waiters = this.#waiters.filter((waiter) => {
      if (this.#unfinished(waiter.allowed)) return true;
      waiter.warp.wake(waiter.mask);
      return false;
    });
  }

  /** True when all but the newest `allowed` committed groups are complete; else the waiter is woken then. */
  wait(waiter: Waiter, allowed: number): boolean {
    if (!this.#unfinished(allowed)) return true;
    this.#waiters.push({ ...waiter, allowed });
    return false;
  }

  /** The newest group that is over for who has waited until at most `allowed` are pending. */
  overAfter(allowed: number): number {
    return Math.max(0, this.#open - 1 - allowed);
  }

  get #open(): number {
    return this.#first + this.#pending.length - 1;
  }

  #unfinished(allowed: number): boolean {
    const committed = this.#pending.length - 1;
    return this.#pending.slice(0, Math.max(0, committed - allowed)).some((count) => count > 0);
  }
}
