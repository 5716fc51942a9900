import { Fault } from './fault.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

/** barrier.cluster (PTX ISA 9.7.13.3): complete when every thread of the cluster that is still there has arrived. */
export class ClusterBarrier {
  #generation = 0;
  #arrived = 0;
  #threads: number;
  #waiters: Waiter[] = [];
  readonly #arrivedIn = new Map<Warp, number>();

  constructor(threads: number) {
    this.#threads = threads;
  }

  arrive(warp: Warp, mask: number): void {
    if (this.#arrivedIn.get(warp) === this.#generation) {
      throw new Fault(
        'barrier',
        'expected barrier.cluster.wait after an arrival but received another arrival',
      );
    }
    this.#arrivedIn.set(warp, this.#generation);
    this.#arrived += bitCount(mask);
    this.#completeIfDone();
  }

  /** True when the phase in which the warp arrived is complete; else it is woken then. */
  wait(warp: Warp, mask: number): boolean {
    const generation = this.#arrivedIn.get(warp);
    if (generation === undefined) {
      throw new Fault('barrier', 'expected barrier.cluster.arrive before the wait but received none');
    }
    if (generation < this.#generation) return true;
    this.#waiters.push({ warp, mask });
    return false;
  }

  leave(threads: number): void {
    this.#threads -= threads;
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
    for (const { warp, mask } of this.#waiters) warp.wake(mask);
    this.#waiters = [];
  }
}

export function bitCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count += 1;
  return count;
}
