import type { GlobalMemory } from '../memory/global-memory.js';
import type { ClusterActors } from '../ordering/cluster-actors.js';
import type { GlobalShadow } from '../ordering/global-shadow.js';
import type { Program } from '../program/program.js';
import { PanelCache } from '../tensor/panel-cache.js';
import { ClusterBarrier } from './cluster-barrier.js';
import type { Cta, SpecialRegisters } from './cta.js';
import { CtaExit } from './cta-exit.js';
import type { Machine } from './machine.js';
import { ClusterPort, GenericPort, GlobalPort, ParameterPort } from './memory-ports.js';
import { NamedBarrier } from './named-barrier.js';
import { RegisterPool, registersAtLaunch } from './register-pool.js';
import { SharedMemory } from './shared-memory.js';
import { Warp } from './warp.js';
import { Warpgroup, warpsPerGroup } from './warpgroup.js';

export type Triple = readonly [number, number, number];

/** What is the same for all clusters of a launch. */
export interface ClusterTemplate {
  readonly machine: Machine;
  readonly program: Program;
  readonly shadow: GlobalShadow;
  readonly memory: GlobalMemory;
  readonly grid: Triple;
  readonly block: Triple;
  readonly cluster: Triple;
  readonly dynamicSharedMemoryBytes: number;
  readonly parameters: Uint8Array;
}

const warpThreads = 32;
const barriersPerCta = 16;

/** The CTAs of one cluster, ready to run. */
export function startCluster(template: ClusterTemplate, index: number): Warp[] {
  const { machine, program, grid, block, cluster } = template;
  const clusterSize = volume(cluster);
  const threads = volume(block);
  const warps = Math.ceil(threads / warpThreads);
  const clusterGrid: Triple = [grid[0] / cluster[0], grid[1] / cluster[1], grid[2] / cluster[2]];
  const clusterId = unflatten(index, clusterGrid);
  const name = `${clusterSize === 1 ? 'CTA' : 'cluster'} [${clusterId.join(', ')}]`;
  const actors = machine.order.startCluster(name, clusterSize, warps);
  const clusterBarrier = new ClusterBarrier(clusterSize * threads, actors);
  const peers: Cta[] = [];
  for (let rank = 0; rank < clusterSize; rank++) {
    const special = specialRegisters(template, clusterGrid, clusterId, unflatten(rank, cluster));
    const cta = startCta(template, { special, rank, clusterSize, threads, peers, clusterBarrier, actors });
    peers.push(cta);
    addWarps(cta, warps, program, block);
  }
  return peers.flatMap((cta) => cta.warps);
}

export function volume([x, y, z]: Triple): number {
  return x * y * z;
}

type Place = Pick<Cta, 'special' | 'rank' | 'clusterSize' | 'threads' | 'peers' | 'clusterBarrier'> & {
  readonly actors: ClusterActors;
};

function startCta({ machine, program, shadow, memory, ...launch }: ClusterTemplate, place: Place): Cta {
  const { order, checks } = machine;
  const sharedBytes = program.staticSharedMemoryBytes + launch.dynamicSharedMemoryBytes;
  return {
    ...place,
    machine,
    shared: new SharedMemory(
      sharedBytes,
      place.rank,
      order,
      checks.has('uninitialised-read'),
      place.actors.multiplier(place.rank, 0),
      Math.ceil(place.threads / warpThreads),
    ),
    distributed: new ClusterPort(),
    generic: new GenericPort(),
    global: new GlobalPort(memory, order, shadow),
    parameters: new ParameterPort(launch.parameters),
    warps: [],
    namedBarriers: Array.from({ length: barriersPerCta }, () => new NamedBarrier(place.actors)),
    mbarriers: new Map(),
    mbarrierSlots: new Map(),
    mbarrierWaiters: new Map(),
    panels: new PanelCache(),
    registerPool: new RegisterPool(registersAtLaunch(program.entry.directives, place.threads)),
    exit: new CtaExit(order, place.actors, checks.has('exit')),
  };
}

function specialRegisters(
  { grid, block, cluster }: ClusterTemplate,
  clusterGrid: Triple,
  clusterId: Triple,
  inCluster: Triple,
): SpecialRegisters {
  return {
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
  };
}

function addWarps(cta: Cta, count: number, program: Program, block: Triple): void {
  let group = new Warpgroup();
  for (let index = 0; index < count; index++) {
    if (index % warpsPerGroup === 0) group = new Warpgroup();
    const warp = new Warp(cta, index, program, block, group);
    group.add(warp);
    cta.warps.push(warp);
  }
}

function unflatten(index: number, size: Triple): Triple {
  return [index % size[0], Math.floor(index / size[0]) % size[1], Math.floor(index / (size[0] * size[1]))];
}
