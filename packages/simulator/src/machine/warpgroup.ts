import { Fault } from './fault.js';
import type { Warp } from './warp.js';

export const warpsPerGroup = 4;

interface Step {
  /** What the first warp executed. */
  readonly what: string;
  arrived: number;
}

/** Four warps that have to execute the same instructions of a warpgroup in the same order (PTX ISA 9.7.15.1). */
export class Warpgroup {
  readonly #members: Warp[] = [];
  readonly #counts = new Map<Warp, number>();
  readonly #steps = new Map<number, Step>();
  #gone: Warp | undefined;

  add(warp: Warp): void {
    this.#members.push(warp);
    this.#counts.set(warp, 0);
  }

  /** `what` says the instruction, its line and its operands. */
  step(warp: Warp, what: string): void {
    if (this.#members.length !== warpsPerGroup) {
      throw new Fault(
        'divergence',
        `expected a warpgroup of ${warpsPerGroup} warps for ${what} but received ${this.#members.length}`,
      );
    }
    const index = this.#counts.get(warp)!;
    this.#counts.set(warp, index + 1);
    const step = this.#steps.get(index);
    if (step === undefined) {
      if (this.#gone !== undefined && this.#counts.get(this.#gone)! <= index) throw missing(this.#gone, what);
      this.#steps.set(index, { what, arrived: 1 });
      return;
    }
    if (step.what !== what) {
      throw new Fault(
        'divergence',
        `expected the warps of a warpgroup to execute the same, ${step.what}, but received ${what} of warp ${warp.index}`,
      );
    }
    step.arrived += 1;
    if (step.arrived === warpsPerGroup) this.#steps.delete(index);
  }

  /** The warp has left the kernel. */
  leave(warp: Warp): void {
    this.#gone ??= warp;
    if (this.#counts.get(warp)! < this.#counts.get(this.#gone)!) this.#gone = warp;
    const skipped = this.#steps.get(this.#counts.get(warp)!);
    if (skipped !== undefined) throw missing(warp, skipped.what);
  }
}

function missing(warp: Warp, what: string): Fault {
  return new Fault(
    'divergence',
    `expected all warps of a warpgroup to execute ${what} but received none of warp ${warp.index}, which has left`,
  );
}
