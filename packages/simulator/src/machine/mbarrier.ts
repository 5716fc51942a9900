import { Fault } from './fault.js';

/** One mbarrier object (PTX ISA 9.7.13.15): a phase completes when no arrivals and no bytes are pending. */
export class Mbarrier {
  /** Parity of the phase that is not complete yet. */
  parity = 0;
  readonly expectedArrivals: number;
  #pendingArrivals: number;
  #pendingBytes = 0;

  constructor(expectedArrivals: number) {
    this.expectedArrivals = expectedArrivals;
    this.#pendingArrivals = expectedArrivals;
  }

  /** True once the phase of this parity has completed; it tells only the current phase from the one before. */
  hasCompleted(parity: number): boolean {
    return this.parity !== (parity & 1);
  }

  /** Returns whether the phase completed. */
  arrive(count: number, expectedBytes: number): boolean {
    if (count > this.#pendingArrivals) {
      throw new Fault(
        'barrier',
        `expected at most ${this.#pendingArrivals} more arrivals in this phase but received ${count}: the phase is overrun`,
      );
    }
    this.#pendingBytes += expectedBytes;
    this.#pendingArrivals -= count;
    return this.#completeIfDone();
  }

  completeBytes(count: number): boolean {
    this.#pendingBytes -= count;
    return this.#completeIfDone();
  }

  describe(): string {
    return (
      `phase of parity ${this.parity}: ${this.#pendingArrivals} of ${this.expectedArrivals} arrivals and ` +
      `${this.#pendingBytes} bytes pending`
    );
  }

  #completeIfDone(): boolean {
    if (this.#pendingArrivals !== 0 || this.#pendingBytes !== 0) return false;
    this.parity ^= 1;
    this.#pendingArrivals = this.expectedArrivals;
    return true;
  }
}
