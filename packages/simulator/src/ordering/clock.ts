import type { ClusterActors } from './cluster-actors.js';

interface Known {
  /** By actor: accesses up to this time are over for whoever holds the clock. */
  seen: Int32Array;
  /** By actor: of these, the ordinary writes up to this time have passed a proxy fence. */
  fenced: Int32Array;
}

/**
 * A vector clock: what its holder knows to be over, actor by actor. Barriers carry clocks from those who arrive to those
 * who wait; an access that is not in the clock of the next one to the same place is not ordered before it
 * (PTX ISA 8.9, causality order; scopes are not told apart).
 */
export class Clock {
  readonly #actors: ClusterActors;
  readonly #own: Known;
  /** What is known of other clusters: through atomics in global memory alone. */
  #others: Map<ClusterActors, Known> | undefined;

  constructor(actors: ClusterActors) {
    this.#actors = actors;
    this.#own = { seen: new Int32Array(actors.count), fenced: new Int32Array(actors.count) };
  }

  knows(actor: number, time: number): boolean {
    return this.#read('seen', actor) >= time;
  }

  hasFenced(actor: number, time: number): boolean {
    return this.#read('fenced', actor) >= time;
  }

  /** Accesses of an actor of this cluster up to `time` are over. */
  note(actor: number, time: number): void {
    raise(this.#own, 'seen', actor - this.#actors.base, time);
  }

  /** A proxy fence: everything known is ordered for the async proxy too. */
  passFence(): void {
    this.#own.fenced = joined(this.#own.fenced, this.#own.seen);
    for (const other of this.#others?.values() ?? []) other.fenced = joined(other.fenced, other.seen);
  }

  /** What `lane` of this cluster wrote up to `time` has passed a proxy fence of its own. */
  noteFence(lane: number, time: number): void {
    raise(this.#own, 'fenced', lane - this.#actors.base, time);
  }

  join(source: Clock): void {
    joinInto(this.#knownOf(source.#actors), source.#own);
    if (source.#others === undefined) return;
    for (const [actors, known] of source.#others) joinInto(this.#knownOf(actors), known);
  }

  copy(): Clock {
    const copy = new Clock(this.#actors);
    copy.join(this);
    return copy;
  }

  #knownOf(actors: ClusterActors): Known {
    if (actors === this.#actors) return this.#own;
    this.#others ??= new Map();
    let known = this.#others.get(actors);
    if (known === undefined) {
      known = { seen: new Int32Array(actors.count), fenced: new Int32Array(actors.count) };
      this.#others.set(actors, known);
    }
    return known;
  }

  #read(of: keyof Known, actor: number): number {
    if (this.#actors.owns(actor)) return this.#own[of][actor - this.#actors.base] ?? 0;
    if (this.#others === undefined) return 0;
    for (const [actors, known] of this.#others)
      if (actors.owns(actor)) return known[of][actor - actors.base] ?? 0;
    return 0;
  }
}

/** Actors join a cluster as they come up: clocks made before have no place for them yet. */
function withRoom(array: Int32Array, length: number): Int32Array {
  if (array.length >= length) return array;
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}

function raise(known: Known, of: keyof Known, index: number, time: number): void {
  if (index >= known[of].length) known[of] = withRoom(known[of], index + 16);
  if (known[of][index]! < time) known[of][index] = time;
}

function joinInto(known: Known, source: Known): void {
  known.seen = joined(known.seen, source.seen);
  known.fenced = joined(known.fenced, source.fenced);
}

function joined(into: Int32Array, from: Int32Array): Int32Array {
  const result = withRoom(into, from.length);
  for (let i = 0; i < from.length; i++) if (from[i]! > result[i]!) result[i] = from[i]!;
  return result;
}
