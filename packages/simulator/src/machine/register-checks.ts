import type { SimulatorCheck } from '../device/simulator-options.js';
import type { Program } from '../program/program.js';
import { Fault } from './fault.js';
import type { Warp } from './warp.js';

interface Flight {
  /** Of WGMMA: time at which its wait_group ends it. */
  readonly group: number;
  readonly shape: string;
  /** Accumulators, which the WGMMA writes. */
  readonly accumulators: readonly number[];
  /** Fragments of operand A, which it reads. */
  readonly fragments: readonly number[];
  readonly line: number;
}

/** What is known about one warp's registers. */
export class RegisterState {
  /** By plane and then predicate: lanes for which something was written. */
  readonly written: Int32Array;
  /** By block: lanes for which the block's registers were found written. They stay so. */
  readonly verified: Int32Array;
  /** By plane: touched by ordinary instructions since the last wgmma.fence. */
  readonly unfenced: Uint8Array;
  /** By plane: WGMMA in flight that use it. */
  readonly busy: Uint16Array;
  fences = 0;
  flights: Flight[] = [];

  constructor(program: Program) {
    this.written = new Int32Array(program.planeCount + program.predicateCount);
    this.verified = new Int32Array(program.blocks.length);
    this.unfenced = new Uint8Array(program.planeCount);
    this.busy = new Uint16Array(program.planeCount);
  }
}

/** Registers that nothing wrote, and those that a WGMMA in flight reads or writes (PTX ISA 9.7.15.5, 9.7.15.7). */
export class RegisterChecks {
  readonly #program: Program;
  readonly #uninitialised: boolean;
  readonly #flights: boolean;

  constructor(checks: ReadonlySet<SimulatorCheck>, program: Program) {
    this.#program = program;
    this.#uninitialised = checks.has('uninitialised-read');
    this.#flights = checks.has('register-hazard');
  }

  /** Before a block is executed for lanes for which it was not yet. */
  verify(warp: Warp, lanes: number, block: number): void {
    const { read, written } = this.#program.registerUse[block]!;
    const state = warp.registers;
    if (this.#uninitialised) {
      for (const place of read) {
        const missing = lanes & ~state.written[place]!;
        if (missing !== 0) throw this.#unwritten(place, missing);
      }
      for (const place of written) state.written[place]! |= lanes;
    }
    state.verified[block]! |= lanes;
  }

  /** Before a block that touches registers is executed while a WGMMA of the warp is in flight. */
  checkFlights(warp: Warp, block: number): void {
    if (!this.#flights) return;
    for (const place of this.#program.registerUse[block]!.touched) {
      if (warp.registers.busy[place] === 0) continue;
      const user = warp.registers.flights.find((flight) => planesOf(flight).includes(place));
      throw new Fault(
        'register-hazard',
        `${this.#program.registerNames[place]} is touched while the WGMMA of line ${user?.line} may still use it: expected ` +
          'wgmma.wait_group before',
      );
    }
  }

  /** A block that touches registers of WGMMA is executed. */
  touch(warp: Warp, block: number): void {
    for (const place of this.#program.registerUse[block]!.touched) warp.registers.unfenced[place] = 1;
  }

  fence(warp: Warp): void {
    warp.registers.unfenced.fill(0);
    warp.registers.fences += 1;
  }

  /** A WGMMA is issued. */
  launch(warp: Warp, lanes: number, flight: Flight, accumulate: boolean): void {
    const state = warp.registers;
    if (this.#flights) this.#checkFences(state, flight);
    if (this.#uninitialised) {
      for (const place of [...flight.fragments, ...(accumulate ? flight.accumulators : [])]) {
        const missing = lanes & ~state.written[place]!;
        if (missing !== 0) throw this.#unwritten(place, missing);
      }
    }
    for (const place of flight.accumulators) state.written[place]! |= lanes;
    if (!this.#flights) return;
    state.flights.push(flight);
    for (const place of planesOf(flight)) state.busy[place]! += 1;
  }

  /** Groups up to `group` are over. */
  land(warp: Warp, group: number): void {
    const state = warp.registers;
    state.flights = state.flights.filter((flight) => {
      if (flight.group > group) return true;
      for (const place of planesOf(flight)) state.busy[place]! -= 1;
      return false;
    });
  }

  #checkFences(state: RegisterState, { accumulators, fragments, shape }: Flight): void {
    if (state.fences === 0) {
      throw new Fault('register-hazard', 'expected wgmma.fence before the first WGMMA but received none');
    }
    for (const place of [...accumulators, ...fragments]) {
      if (state.unfenced[place] === 0) continue;
      throw new Fault(
        'register-hazard',
        `expected wgmma.fence after the last access to ${this.#program.registerNames[place]} but received none`,
      );
    }
    for (const other of state.flights) {
      const shared = accumulators.find((place) => other.accumulators.includes(place));
      if (shared !== undefined && other.shape === shape) continue;
      const clash = shared ?? fragments.find((place) => other.accumulators.includes(place));
      if (clash === undefined) continue;
      throw new Fault(
        'register-hazard',
        `${this.#program.registerNames[clash]} is used while the WGMMA of line ${other.line}, of another shape or as its ` +
          'accumulator, may still write it: expected wgmma.wait_group before',
      );
    }
  }

  #unwritten(place: number, lanes: number): Fault {
    return new Fault(
      'uninitialised-read',
      `register ${this.#program.registerNames[place]}: read, but nothing wrote it`,
      31 - Math.clz32(lanes & -lanes),
    );
  }
}

function planesOf({ accumulators, fragments }: Flight): readonly number[] {
  return fragments.length === 0 ? accumulators : [...accumulators, ...fragments];
}
