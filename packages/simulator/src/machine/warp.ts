import { LaneClocks } from '../ordering/lane-clocks.js';
import { exited, type Program, scattered, waiting } from '../program/program.js';
import type { Cta } from './cta.js';
import type { Mbarrier } from './mbarrier.js';
import { RegisterState } from './register-checks.js';
import type { Warpgroup } from './warpgroup.js';

const laneCount = 32;
/** No program counter: lanes are at different ones. */
const apart = -1;

/**
 * 32 lanes with their registers and program counters. Lanes at different program counters take turns, the lowest first,
 * so that they meet again where the text of the kernel joins them.
 */
export class Warp {
  readonly cta: Cta;
  /** In the CTA. */
  readonly index: number;
  readonly I: Int32Array;
  readonly F: Float32Array;
  readonly P: Int32Array;
  readonly threadIndex: readonly [Int32Array, Int32Array, Int32Array];
  /** Lanes that have not left the kernel. */
  live: number;
  /** Live lanes that wait for something. */
  blocked = 0;
  /** Lanes whose wait is over, until they have seen it. */
  granted = 0;
  /** Lanes that have come to bar.warp.sync and wait for the others. */
  arrivedAtSync = 0;
  /** Index, in its block, of the instruction being executed: for reports. */
  position = 0;
  /** Block being executed: for reports. */
  programCounter = 0;
  /** What its lanes know of the accesses of others. */
  readonly clocks: LaneClocks;
  /** The actor of its WGMMA. */
  readonly multiplier: number;
  readonly registers: RegisterState;
  readonly group: Warpgroup;
  /** The phase that it waits for, by barrier. */
  readonly awaitedPhases = new Map<Mbarrier, number>();
  /** Barriers that it initialised and has not yet fenced. */
  readonly unfencedBarriers: Mbarrier[] = [];
  /** Barriers that it initialised and has not yet announced to its cluster. */
  unannouncedBarriers: Mbarrier[] = [];
  /** Called with the lanes and the block that they have executed, when somebody follows this warp. */
  trace: ((block: number, lanes: number) => void) | undefined;
  readonly #program: Program;
  readonly #held = new Map<number, number>();
  readonly #counters = new Int32Array(laneCount);
  /** The program counter of all live lanes, when they have the same: `#counters` is then out of date. */
  #common = 0;

  constructor(
    cta: Cta,
    index: number,
    program: Program,
    blockSize: readonly [number, number, number],
    group: Warpgroup,
  ) {
    this.cta = cta;
    this.index = index;
    this.group = group;
    this.clocks = new LaneClocks(cta.actors, cta.actors.firstLane(cta.rank, index), cta.machine.order.time);
    this.multiplier = cta.actors.multiplier(cta.rank, index);
    this.registers = new RegisterState(program);
    this.#program = program;
    this.I = new Int32Array(program.planeCount * laneCount);
    this.F = new Float32Array(this.I.buffer);
    this.P = new Int32Array(program.predicateCount);
    const threads = blockSize[0] * blockSize[1] * blockSize[2];
    const count = Math.min(laneCount, threads - index * laneCount);
    this.live = count === laneCount ? -1 : (1 << count) - 1;
    const first = index * laneCount;
    const axis = (of: (thread: number) => number) =>
      Int32Array.from({ length: laneCount }, (_, l) => of(first + l));
    this.threadIndex = [
      axis((t) => t % blockSize[0]),
      axis((t) => Math.floor(t / blockSize[0]) % blockSize[1]),
      axis((t) => Math.floor(t / (blockSize[0] * blockSize[1]))),
    ];
  }

  /** Whether one of the lanes initialised the barrier. */
  hasInitialised({ initialiser }: Mbarrier, lanes: number): boolean {
    return ((lanes >>> (initialiser - this.clocks.firstActor)) & 1) !== 0;
  }

  get runnable(): boolean {
    return (this.live & ~this.blocked) !== 0;
  }

  /** Executes up to `blocks` blocks, as far as nothing has to be waited for. Returns how many. */
  run(blocks: number): number {
    let executed = 0;
    while (executed < blocks) {
      const ready = this.live & ~this.blocked;
      if (ready === 0) return executed;
      // Also where only those lanes of an instruction wait for which its predicate holds.
      const together = this.#common !== apart;
      const counter = together ? this.#common : this.#lowest(ready);
      const mask = together ? ready : this.#at(counter, ready);
      this.programCounter = counter;
      executed += 1;
      const next = this.#program.functions[counter]!(this, mask);
      if (next !== waiting) this.trace?.(counter, mask);
      if (next === waiting || next === scattered) continue;
      this.#set(mask, next);
    }
    return executed;
  }

  /** Sends the lanes of `taken` to one place and the rest of `mask` to another. */
  scatter(mask: number, taken: number, target: number, otherwise: number): void {
    this.#set(taken, target);
    this.#set(mask & ~taken, otherwise);
  }

  block(mask: number): void {
    this.blocked |= mask;
  }

  wake(mask: number): void {
    this.blocked &= ~mask;
  }

  /** Ends a wait: the instruction that waited finds it in `takeGrant`. */
  grant(mask: number): void {
    this.granted |= mask;
    this.wake(mask);
  }

  takeGrant(mask: number): boolean {
    if ((this.granted & mask) !== mask) return false;
    this.granted &= ~mask;
    return true;
  }

  /** Lanes that wait at this program counter for the rest of the warp. */
  heldAt(counter: number): number {
    return this.#held.get(counter) ?? 0;
  }

  hold(counter: number, mask: number): void {
    if (mask === 0) this.#held.delete(counter);
    else this.#held.set(counter, mask);
  }

  #set(mask: number, counter: number): void {
    if (mask === this.live && counter !== exited) {
      this.#common = counter;
      return;
    }
    if (this.#common !== apart) this.#counters.fill(this.#common);
    this.#common = apart;
    for (let l = 0; l < laneCount; l++) if ((mask >>> l) & 1) this.#counters[l] = counter;
    if (counter !== exited) return;
    this.live &= ~mask;
    this.#wakeThoseWhoWaitForLanes();
    this.cta.machine.lanesLeft(this, mask);
  }

  /** Nobody has to wait for lanes that have left: whoever does looks again. */
  #wakeThoseWhoWaitForLanes(): void {
    for (const lanes of this.#held.values()) this.wake(lanes);
    this.#held.clear();
    this.wake(this.arrivedAtSync);
  }

  #lowest(ready: number): number {
    let lowest = exited;
    for (let l = 0; l < laneCount; l++) {
      if ((ready >>> l) & 1 && this.#counters[l]! < lowest) lowest = this.#counters[l]!;
    }
    return lowest;
  }

  #at(counter: number, ready: number): number {
    let mask = 0;
    for (let l = 0; l < laneCount; l++)
      if ((ready >>> l) & 1 && this.#counters[l] === counter) mask |= 1 << l;
    return mask;
  }
}
