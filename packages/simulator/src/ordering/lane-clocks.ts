import { Clock } from './clock.js';
import type { ClusterActors } from './cluster-actors.js';
import type { Timeline } from './timeline.js';

const laneCount = 32;

/** The clocks of a warp's lanes. Lanes that know the same share one: mostly all of them. */
export class LaneClocks {
  /** Actor of lane 0; lane l is `firstActor` + l. */
  readonly firstActor: number;
  readonly #clocks: Clock[];
  readonly #time: Timeline;

  constructor(actors: ClusterActors, firstActor: number, time: Timeline) {
    this.firstActor = firstActor;
    this.#clocks = new Array(laneCount).fill(new Clock(actors));
    this.#time = time;
  }

  of(lane: number): Clock {
    return this.#clocks[lane]!;
  }

  /** Lanes of `mask` learn what `source` knows. */
  acquire(mask: number, source: Clock): void {
    this.#change(mask, (clock) => clock.join(source));
  }

  /** Lanes of `mask` learn that accesses of an actor are over. */
  note(mask: number, actor: number, time: number): void {
    this.#change(mask, (clock) => clock.note(actor, time));
  }

  passFence(mask: number): void {
    const { now } = this.#time;
    this.#change(mask, (clock, lanes) => {
      clock.passFence();
      for (let l = 0; l < laneCount; l++) if ((lanes >>> l) & 1) clock.noteFence(this.firstActor + l, now);
    });
    this.#time.advance();
  }

  /** What lanes of `mask` know, and everything they have done, becomes part of `into`. */
  release(mask: number, into: Clock): void {
    const { now } = this.#time;
    let latest: Clock | undefined;
    for (let l = 0; l < laneCount; l++) {
      if (((mask >>> l) & 1) === 0) continue;
      const clock = this.#clocks[l]!;
      if (clock !== latest) into.join(clock);
      latest = clock;
      into.note(this.firstActor + l, now);
    }
    this.#time.advance();
  }

  /** bar.warp.sync: lanes of `mask` know from now on what any of them knew and did. */
  synchronise(mask: number): void {
    const lowest = 31 - Math.clz32(mask & -mask);
    const together =
      this.#holders(this.#clocks[lowest]!) === mask ? this.#clocks[lowest]! : this.#clocks[lowest]!.copy();
    this.release(mask, together);
    for (let l = 0; l < laneCount; l++) if ((mask >>> l) & 1) this.#clocks[l] = together;
  }

  #change(mask: number, change: (clock: Clock, lanes: number) => void): void {
    let rest = mask;
    while (rest !== 0) {
      const lowest = 31 - Math.clz32(rest & -rest);
      const clock = this.#clocks[lowest]!;
      const holders = this.#holders(clock);
      const lanes = holders & mask;
      const changed = lanes === holders ? clock : clock.copy();
      change(changed, lanes);
      if (changed !== clock) {
        for (let l = 0; l < laneCount; l++) if ((lanes >>> l) & 1) this.#clocks[l] = changed;
      }
      rest &= ~lanes;
    }
  }

  #holders(clock: Clock): number {
    let mask = 0;
    for (let l = 0; l < laneCount; l++) if (this.#clocks[l] === clock) mask |= 1 << l;
    return mask;
  }
}
