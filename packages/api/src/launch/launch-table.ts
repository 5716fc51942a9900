import type { PreparedLaunch } from '@dg/runtime';
import type { GemmOperands } from '../problem/gemm-operands.js';
import type { GemmPlan } from './gemm-plan.js';
import { type SettledOperands, settledArgument } from './settled-operands.js';

/** A power of two: the products of a large model. An entry has a kilobyte or two. */
export const mostLaunches = 1024;

/** A GEMM's launch, and what belongs to it, by all that its arguments are made from. */
export interface KnownLaunch {
  readonly plan: GemmPlan;
  /** Of the tensors; 0 where there is none. */
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly scalesA: number;
  readonly scalesB: number;
  readonly grouping: number;
  readonly groupMaps: number;
  readonly dependentLaunch: boolean;
  readonly settled: SettledOperands;
  /** One after the other; from the second time on. */
  prepared: readonly PreparedLaunch[] | undefined;
}

/**
 * Launches that were made before with the same tensors, as layers of a model make them over and over. One that falls on
 * the place of another takes it. Tensors are known by their numbers, so that none is kept from being collected.
 */
export class LaunchTable {
  readonly #entries: (KnownLaunch | undefined)[] = new Array(mostLaunches).fill(undefined);

  /** The launch if it is known; else it is known from now on. */
  get(
    plan: GemmPlan,
    operands: GemmOperands,
    dependentLaunch: boolean,
    settled: SettledOperands,
  ): KnownLaunch | undefined {
    const { a, b, c, d, scalesA, scalesB, grouping, groupMaps } = operands;
    const place = placeOf(a.id, b.id, d.id, settled);
    const known = this.#entries[place];
    if (
      known !== undefined &&
      known.plan === plan &&
      known.a === a.id &&
      known.b === b.id &&
      known.d === d.id &&
      known.c === (c?.id ?? 0) &&
      known.scalesA === (scalesA?.id ?? 0) &&
      known.scalesB === (scalesB?.id ?? 0) &&
      known.grouping === (grouping?.id ?? 0) &&
      known.groupMaps === (groupMaps?.id ?? 0) &&
      known.dependentLaunch === dependentLaunch &&
      known.settled === settled
    ) {
      return known;
    }
    this.#entries[place] = {
      plan,
      a: a.id,
      b: b.id,
      c: c?.id ?? 0,
      d: d.id,
      scalesA: scalesA?.id ?? 0,
      scalesB: scalesB?.id ?? 0,
      grouping: grouping?.id ?? 0,
      groupMaps: groupMaps?.id ?? 0,
      dependentLaunch,
      settled,
      prepared: undefined,
    };
    return undefined;
  }
}

/** With more operands settled and with fewer a launch has places of its own: which they are may change from call to call. */
function placeOf(a: number, b: number, d: number, settled: SettledOperands): number {
  const output = Math.imul(d, 0x27d4eb2f) + settledArgument[settled];
  const hash = Math.imul(Math.imul(Math.imul(a, 0x9e3779b1) ^ b, 0x85ebca6b) ^ output, 0xc2b2ae35);
  return (hash ^ (hash >>> 15)) & (mostLaunches - 1);
}
