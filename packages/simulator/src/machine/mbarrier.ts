import { Clock } from '../ordering/clock.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import { Fault } from './fault.js';

/** Arrivals of one place in the program at a barrier. */
interface ArrivalSite {
  readonly what: string;
  arrivals: number;
  expectedBytes: number;
}

/** PTX ISA 9.7.13.15.3: what the pending count and the tx-count of an mbarrier object can hold. */
const maxArrivals = 2 ** 20 - 1;
const maxBytes = 2 ** 20 - 1;

/** What the barriers at one address have in common, one after the other. */
export interface MbarrierSlot {
  /** Of the copies that complete here. */
  readonly actor: number;
  /** Stands for the barrier's being there: it acts when one is initialised. */
  readonly announcer: number;
  /** Phases completed so far. */
  completed: number;
}

/**
 * One mbarrier object (PTX ISA 9.7.13.15): a phase completes when no arrivals and no bytes are pending. It carries what
 * those who arrived know to those who wait.
 */
export class Mbarrier {
  readonly expectedArrivals: number;
  /** Of the copies that complete here: their accesses are over once the phase is. */
  readonly actor: number;
  /** Whoever knows of it knows the barrier. */
  readonly announcer: number;
  /** Who initialised it: nobody else may use it before a barrier. */
  readonly initialiser: number;
  readonly initialisedAt: number;
  /** Whether the async proxy may use it: after fence.mbarrier_init or fence.proxy.async by who initialised it. */
  fenced = false;
  /** Whether fence.mbarrier_init came after it: then an arrival at the cluster's barrier makes it known, of whatever semantics. */
  fencedForCluster = false;
  /** Phases completed so far. */
  #completed: number;
  /** Phase after which the last copy that was issued here is over. */
  #lastCopy = 0;
  #pendingArrivals: number;
  #pendingBytes = 0;
  #copiedBytes = 0;
  #arriving: Clock;
  #released: Clock;
  #arrivals: ArrivalSite[] = [];
  #latestArrivals: readonly ArrivalSite[] = [];

  /** Phases go on from the barrier that lay here before. */
  constructor(
    actors: ClusterActors,
    { actor, announcer, completed }: MbarrierSlot,
    expectedArrivals: number,
    initialiser: number,
    initialisedAt: number,
  ) {
    if (expectedArrivals < 1 || expectedArrivals > maxArrivals) {
      throw new Fault('barrier', `expected 1 to ${maxArrivals} arrivals but received ${expectedArrivals}`);
    }
    this.actor = actor;
    this.announcer = announcer;
    this.expectedArrivals = expectedArrivals;
    this.initialiser = initialiser;
    this.initialisedAt = initialisedAt;
    // Parity 0 is the first phase of a barrier, whatever lay here before.
    this.#completed = completed + (completed % 2);
    this.#pendingArrivals = expectedArrivals;
    this.#arriving = new Clock(actors);
    this.#released = new Clock(actors);
  }

  /** Parity of the phase that is not complete yet. */
  get parity(): number {
    return this.#completed % 2;
  }

  get completed(): number {
    return this.#completed;
  }

  /** What everybody knew who arrived in the phases that are complete. */
  get released(): Clock {
    return this.#released;
  }

  /** Where those who arrive leave what they know. */
  get arriving(): Clock {
    return this.#arriving;
  }

  get lastCopy(): number {
    return this.#lastCopy;
  }

  /** True once the phase of this parity has completed; it tells only the current phase from the one before. */
  hasCompleted(parity: number): boolean {
    return this.parity !== (parity & 1);
  }

  /** A copy that completes in this phase was issued. Returns when it is over, in phases. */
  expectCopy(): number {
    this.#lastCopy = this.#completed + 1;
    return this.#lastCopy;
  }

  /** `what` is for reports. Returns whether the phase completed. */
  arrive(count: number, expectedBytes: number, what: string): boolean {
    if (count > this.#pendingArrivals) {
      throw new Fault(
        'barrier',
        `expected at most ${this.#pendingArrivals} more arrivals in this phase but received ${count}: the phase is ` +
          `overrun\n${this.describe()}`,
      );
    }
    this.#note(what, count, expectedBytes);
    this.#pendingBytes += expectedBytes;
    if (Math.abs(this.#pendingBytes) > maxBytes) {
      throw new Fault(
        'barrier',
        `expected at most ${maxBytes} pending bytes but received ${this.#pendingBytes}`,
      );
    }
    this.#pendingArrivals -= count;
    return this.#completeIfDone();
  }

  /** A copy that was to be over after phase `phase` has written its bytes. */
  completeBytes(count: number, phase: number): boolean {
    if (phase !== this.#completed + 1) {
      throw new Fault(
        'barrier',
        `${count} bytes of a copy arrive in phase ${this.#completed} of an mbarrier, but it was issued in phase ${phase - 1}: ` +
          'nobody expected its bytes',
      );
    }
    this.#copiedBytes += count;
    this.#pendingBytes -= count;
    return this.#completeIfDone();
  }

  /** Undefined unless bytes were expected that nobody copied, or copied that nobody expected. */
  describeOpenBytes(): string | undefined {
    return this.#pendingBytes === 0 ? undefined : this.describe();
  }

  /** What the phase waits for, and what came so far. */
  describe(): string {
    const pending =
      this.#pendingBytes < 0
        ? `${-this.#pendingBytes} bytes more than expected`
        : `${this.#pendingBytes} bytes pending`;
    return [
      `phase ${this.#completed} (parity ${this.parity}): ${this.#pendingArrivals} of ${this.expectedArrivals} arrivals and ` +
        pending,
      ...this.#arrivals.map(
        ({ what, arrivals, expectedBytes }) => `  so far: ${what}: ${count(arrivals, expectedBytes)}`,
      ),
      ...(this.#copiedBytes === 0 ? [] : [`  so far: ${this.#copiedBytes} bytes copied`]),
      ...this.#latestArrivals.map(
        ({ what, arrivals, expectedBytes }) =>
          `  the phase before: ${what}: ${count(arrivals, expectedBytes)}`,
      ),
    ].join('\n');
  }

  #note(what: string, arrivals: number, expectedBytes: number): void {
    const known = this.#arrivals.find((site) => site.what === what);
    if (known === undefined) this.#arrivals.push({ what, arrivals, expectedBytes });
    else {
      known.arrivals += arrivals;
      known.expectedBytes += expectedBytes;
    }
  }

  #completeIfDone(): boolean {
    if (this.#pendingArrivals !== 0 || this.#pendingBytes !== 0) return false;
    this.#completed += 1;
    this.#pendingArrivals = this.expectedArrivals;
    this.#copiedBytes = 0;
    this.#latestArrivals = this.#arrivals;
    this.#arrivals = [];
    this.#arriving.note(this.actor, this.#completed);
    this.#released = this.#arriving;
    this.#arriving = this.#released.copy();
    return true;
  }
}

function count(arrivals: number, expectedBytes: number): string {
  const bytes = expectedBytes === 0 ? '' : `, ${expectedBytes} bytes expected`;
  return `${arrivals} arrival${arrivals === 1 ? '' : 's'}${bytes}`;
}
