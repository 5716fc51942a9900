import type { Waiter } from './waiter.js';

/** Committed groups of asynchronous operations of one thread or warp: bulk stores, or WGMMA. */
export class Groups {
  /** Operations not yet executed: in the open group last, in committed groups before. */
  readonly #pending: number[] = [0];
  #first = 0;
  #waiters: (Waiter & { readonly allowed: number })[] = [];

  /** Returns the number of the group that the operation belongs to. */
  add(): number {
    this.#pending[this.#pending.length - 1]! += 1;
    return this.#first + this.#pending.length - 1;
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

  #unfinished(allowed: number): boolean {
    const committed = this.#pending.length - 1;
    return this.#pending.slice(0, Math.max(0, committed - allowed)).some((count) => count > 0);
  }
}
