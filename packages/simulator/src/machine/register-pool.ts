import { Fault } from './fault.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

/** PTX ISA 9.7.19.5 */
const smallestCount = 24;
const largestCount = 256;
const countStep = 8;

const registersPerMultiprocessor = 65536;
/** What ptxas gives a thread at most, rounded down to the step in which warps get registers. */
const largestAllocation = 248;

interface WaitingWarp extends Waiter {
  readonly count: number;
}

/** The registers of one CTA: what setmaxnreg releases, and who waits for them (PTX ISA 9.7.19.5). */
export class RegisterPool {
  readonly #counts = new Map<Warp, number>();
  readonly #initial: number;
  #free = 0;
  #waiters: WaitingWarp[] = [];

  /** `initial` registers for each thread at launch. */
  constructor(initial: number) {
    this.#initial = initial;
  }

  /** Returns whether the warp has them; else it is granted them later. */
  set(warp: Warp, mask: number, mode: 'inc' | 'dec', count: number): boolean {
    if (count < smallestCount || count > largestCount || count % countStep !== 0) {
      throw new Fault(
        'register-budget',
        `expected a multiple of ${countStep} from ${smallestCount} to ${largestCount} registers but received ${count}`,
      );
    }
    const before = this.#counts.get(warp) ?? this.#initial;
    if (mode === 'dec' ? count > before : count < before) {
      const bound = mode === 'dec' ? 'at most' : 'at least';
      throw new Fault(
        'register-budget',
        `expected ${bound} the ${before} registers that a thread has for setmaxnreg.${mode} but received ${count}`,
      );
    }
    if (mode === 'dec') {
      this.#counts.set(warp, count);
      this.#free += before - count;
      this.#grantWaiters();
      return true;
    }
    if (count - before <= this.#free) {
      this.#counts.set(warp, count);
      this.#free -= count - before;
      return true;
    }
    this.#waiters.push({ warp, mask, count });
    return false;
  }

  /** Undefined when nobody waits. */
  describe(): string | undefined {
    if (this.#waiters.length === 0) return undefined;
    const waiting = this.#waiters.map(({ warp, count }) => {
      const before = this.#counts.get(warp) ?? this.#initial;
      return `warp ${warp.index} waits for ${count - before} more registers for each thread, to have ${count}`;
    });
    return `${waiting.join('; ')}; ${this.#free} are free, and each thread started with ${this.#initial}`;
  }

  #grantWaiters(): void {
    this.#waiters = this.#waiters.filter(({ warp, mask, count }) => {
      const more = count - (this.#counts.get(warp) ?? this.#initial);
      if (more > this.#free) return true;
      this.#counts.set(warp, count);
      this.#free -= more;
      warp.grant(mask);
      return false;
    });
  }
}

/**
 * Registers of a thread at launch. A kernel with setmaxnreg is compiled for a given number of threads, and then gets all
 * that fit, unless `.maxnreg` says fewer.
 */
export function registersAtLaunch(
  directives: ReadonlyMap<string, readonly number[]>,
  threads: number,
): number {
  const stated = directives.get('.maxnreg')?.[0];
  if (stated !== undefined) return stated;
  const [x = threads, y = 1, z = 1] = directives.get('.maxntid') ?? [];
  const residentCtas = directives.get('.minnctapersm')?.[0] ?? 1;
  const fitting = Math.floor(registersPerMultiprocessor / (x * y * z * residentCtas) / countStep) * countStep;
  return Math.min(largestAllocation, fitting);
}
