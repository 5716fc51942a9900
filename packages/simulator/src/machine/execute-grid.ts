import type { GlobalMemory } from '../memory/global-memory.js';
import { MemoryFault } from '../memory/memory-fault.js';
import type { Program } from '../program/program.js';
import { PanelCache } from '../tensor/panel-cache.js';
import type { Translation } from '../translate/compile-program.js';
import { ClusterBarrier } from './cluster-barrier.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { Machine } from './machine.js';
import { GlobalPort, ParameterPort } from './memory-ports.js';
import { NamedBarrier } from './named-barrier.js';
import { Random } from './random.js';
import { SharedMemory } from './shared-memory.js';
import { Warp } from './warp.js';

type Triple = readonly [number, number, number];

export interface GridLaunch {
  readonly translation: Translation;
  readonly grid: Triple;
  readonly block: Triple;
  readonly cluster: Triple;
  readonly dynamicSharedMemoryBytes: number;
  readonly parameters: Uint8Array;
  readonly memory: GlobalMemory;
  readonly seed: number;
  /** Clusters that run at one time. */
  readonly residentClusters: number;
  /** Blocks of instructions, over all warps, after which a launch counts as endless. */
  readonly stepLimit: number;
}

/** A fault with its place. */
export interface PlacedFault {
  readonly fault: Fault;
  readonly warp: Warp | undefined;
  readonly program: Program;
}

const warpThreads = 32;
const barriersPerCta = 16;
/** Blocks that a warp executes before another gets its turn, at most. */
const longestTurn = 24;

/** Executes a grid to its end. Returns the first fault, if any: nothing is executed after it. */
export function executeGrid(launch: GridLaunch): PlacedFault | undefined {
  const machine = new Machine();
  const program = launch.translation.bind(machine);
  const random = new Random(launch.seed);
  const clusterSize = launch.cluster[0] * launch.cluster[1] * launch.cluster[2];
  const clusters = (launch.grid[0] * launch.grid[1] * launch.grid[2]) / clusterSize;
  let next = 0;
  let steps = 0;
  let active: Warp[] = [];
  for (;;) {
    while (next < clusters && countClusters(active) < launch.residentClusters) {
      active = active.concat(startCluster(launch, program, machine, next++));
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
    if (warp !== undefined && warp.live === 0) active = active.filter((other) => other !== warp);
  }
}

function asFault(error: unknown): Fault {
  if (error instanceof Fault) return error;
  if (error instanceof MemoryFault) return new Fault('bounds', error.message);
  throw error;
}

function countClusters(warps: readonly Warp[]): number {
  return new Set(warps.map((warp) => warp.cta.peers)).size;
}

function startCluster(launch: GridLaunch, program: Program, machine: Machine, index: number): Warp[] {
  const { grid, block, cluster } = launch;
  const clusterSize = cluster[0] * cluster[1] * cluster[2];
  const threads = block[0] * block[1] * block[2];
  const clusterGrid: Triple = [grid[0] / cluster[0], grid[1] / cluster[1], grid[2] / cluster[2]];
  const clusterId = unflatten(index, clusterGrid);
  const clusterBarrier = new ClusterBarrier(clusterSize * threads);
  const peers: Cta[] = [];
  for (let rank = 0; rank < clusterSize; rank++) {
    const inCluster = unflatten(rank, cluster);
    const cta: Cta = {
      machine,
      special: {
        ntid: block,
        nctaid: grid,
        ctaid: [
          clusterId[0] * cluster[0] + inCluster[0],
          clusterId[1] * cluster[1] + inCluster[1],
          clusterId[2] * cluster[2] + inCluster[2],
        ],
        cluster_ctaid: inCluster,
        cluster_nctaid: cluster,
        clusterid: clusterId,
        nclusterid: clusterGrid,
      },
      rank,
      clusterSize,
      threads,
      shared: new SharedMemory(program.staticSharedMemoryBytes + launch.dynamicSharedMemoryBytes),
      global: new GlobalPort(launch.memory),
      parameters: new ParameterPort(launch.parameters),
      warps: [],
      peers,
      clusterBarrier,
      namedBarriers: Array.from({ length: barriersPerCta }, () => new NamedBarrier()),
      mbarriers: new Map(),
      mbarrierWaiters: new Map(),
      panels: new PanelCache(),
    };
    peers.push(cta);
    for (let warp = 0; warp * warpThreads < threads; warp++)
      cta.warps.push(new Warp(cta, warp, program, block));
  }
  return peers.flatMap((cta) => cta.warps);
}

function unflatten(index: number, size: Triple): Triple {
  return [index % size[0], Math.floor(index / size[0]) % size[1], Math.floor(index / (size[0] * size[1]))];
}

/** Who waits for what, for every barrier on which somebody waits. */
function describeDeadlock(warps: readonly Warp[], program: Program): Fault {
  const lines: string[] = [];
  for (const cta of new Set(warps.map((warp) => warp.cta))) {
    const place = `CTA [${cta.special.ctaid.join(', ')}]`;
    for (const [address, waiters] of cta.mbarrierWaiters) {
      const who = [...new Set(waiters.map(({ warp }) => warp.index))].join(', ');
      const state = cta.mbarriers.get(address)?.describe() ?? 'not there any more';
      lines.push(`${place}: warps ${who} wait for the mbarrier at ${address}: ${state}`);
    }
    for (const [id, barrier] of cta.namedBarriers.entries()) {
      const state = barrier.describe();
      if (state !== undefined) lines.push(`${place}: barrier ${id}: ${state}`);
    }
    const cluster = cta.clusterBarrier.describe();
    if (cluster !== undefined) lines.push(`${place}: barrier.cluster: ${cluster}`);
    for (const warp of cta.warps) {
      if (warp.blocked === 0) continue;
      const at = program.blocks[warp.programCounter]?.instructions[warp.position];
      lines.push(`${place}: warp ${warp.index} waits at ${at?.opcode} in line ${at?.line}`);
    }
  }
  return new Fault('deadlock', `nothing can go on\n${lines.join('\n')}`);
}
