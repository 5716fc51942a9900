import { DgValidationError } from '@dg/runtime';
import type { SimulatorCheck } from '../device/simulator-options.js';
import type { GlobalMemory } from '../memory/global-memory.js';
import { MemoryFault } from '../memory/memory-fault.js';
import { GlobalShadow } from '../ordering/global-shadow.js';
import type { Program } from '../program/program.js';
import type { Translation } from '../translate/compile-program.js';
import { describeDeadlock } from './describe-deadlock.js';
import { Fault } from './fault.js';
import { Machine } from './machine.js';
import { Random } from './random.js';
import { startCluster, type Triple, volume } from './start-cluster.js';
import { traceWarp, type WarpTrace } from './trace-warp.js';
import type { Warp } from './warp.js';

export interface GridLaunch {
  readonly translation: Translation;
  readonly grid: Triple;
  readonly block: Triple;
  readonly cluster: Triple;
  readonly dynamicSharedMemoryBytes: number;
  readonly parameters: Uint8Array;
  readonly memory: GlobalMemory;
  readonly checks: ReadonlySet<SimulatorCheck>;
  readonly seed: number;
  /** Clusters that run at one time. */
  readonly residentClusters: number;
  /** Blocks of instructions, over all warps, after which a launch counts as endless. */
  readonly stepLimit: number;
  readonly trace: WarpTrace | undefined;
}

/** A fault with its place. */
export interface PlacedFault {
  readonly fault: Fault;
  readonly warp: Warp | undefined;
  readonly program: Program;
}

/** Blocks that a warp executes before another gets its turn, at most. */
const longestTurn = 24;

/** Executes a grid to its end. Returns the first fault, if any: nothing is executed after it. */
export function executeGrid(launch: GridLaunch): PlacedFault | undefined {
  const { machine, program } = launch.translation.bind((of) => new Machine(launch.checks, of));
  const template = { ...launch, machine, program, shadow: new GlobalShadow() };
  const random = new Random(launch.seed);
  const clusters = volume(launch.grid) / volume(launch.cluster);
  let next = 0;
  let resident = 0;
  let steps = 0;
  let active: Warp[] = [];
  for (;;) {
    for (; next < clusters && resident < launch.residentClusters; resident++) {
      const warps = startCluster(template, next++);
      if (launch.trace !== undefined) traceWarp(launch.trace, warps, program);
      active = active.concat(warps);
    }
    if (active.length === 0 && machine.operations.count === 0) return undefined;
    const runnable = active.filter((warp) => warp.runnable);
    const choices = runnable.length + machine.operations.count;
    if (choices === 0) return { fault: describeDeadlock(active, program), warp: active[0], program };
    const choice = random.below(choices);
    const warp = runnable[choice];
    try {
      if (warp === undefined) machine.operations.execute(choice - runnable.length);
      else steps += warp.run(1 + random.below(longestTurn));
    } catch (error) {
      return { fault: asFault(error), warp, program };
    }
    if (steps > launch.stepLimit) {
      return {
        fault: new Fault('step-limit', `expected an end within ${launch.stepLimit} steps`),
        warp,
        program,
      };
    }
    if (warp === undefined || warp.live !== 0) continue;
    active = active.filter((other) => other !== warp);
    if (warp.cta.peers.every(({ warps }) => warps.every(({ live }) => live === 0))) resident -= 1;
  }
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  // Tensor maps, descriptors and shapes that cannot be are found by those who decode them.
  if (error instanceof MemoryFault || error instanceof DgValidationError)
    return new Fault('bounds', error.message);
  throw error;
}
