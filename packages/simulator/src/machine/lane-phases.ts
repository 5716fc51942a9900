import type { Warp } from './warp.js';

const warpLanes = 32;

/** The phase of a lane for which none was set. */
export const beforeAny = -1;

/** A phase of a barrier for each lane of each warp. */
export class LanePhases {
  readonly #phasesOf = new Map<Warp, Int32Array>();

  set(warp: Warp, mask: number, phase: number): void {
    let phases = this.#phasesOf.get(warp);
    if (phases === undefined) {
      phases = new Int32Array(warpLanes).fill(beforeAny);
      this.#phasesOf.set(warp, phases);
    }
    for (let lane = 0; lane < warpLanes; lane++) {
      if ((mask >>> lane) & 1) phases[lane] = phase;
    }
  }

  /** Of the lanes of a mask. */
  latest(warp: Warp, mask: number): number {
    return Math.max(...this.#ofLanes(warp, mask));
  }

  earliest(warp: Warp, mask: number): number {
    return Math.min(...this.#ofLanes(warp, mask));
  }

  /** How many lanes of a mask have this phase. */
  count(warp: Warp, mask: number, phase: number): number {
    return this.#ofLanes(warp, mask).filter((each) => each === phase).length;
  }

  #ofLanes(warp: Warp, mask: number): readonly number[] {
    const phases = this.#phasesOf.get(warp);
    const found: number[] = [];
    for (let lane = 0; lane < warpLanes; lane++) {
      if ((mask >>> lane) & 1) found.push(phases?.[lane] ?? beforeAny);
    }
    return found;
  }
}
