import type { ClusterActors } from '../ordering/cluster-actors.js';
import type { PanelCache } from '../tensor/panel-cache.js';
import type { ClusterBarrier } from './cluster-barrier.js';
import type { CtaExit } from './cta-exit.js';
import type { Machine } from './machine.js';
import type { Mbarrier, MbarrierSlot } from './mbarrier.js';
import type { ClusterPort, GenericPort, GlobalPort, ParameterPort } from './memory-ports.js';
import type { NamedBarrier } from './named-barrier.js';
import type { RegisterPool } from './register-pool.js';
import type { SharedMemory } from './shared-memory.js';
import type { Waiter } from './waiter.js';
import type { Warp } from './warp.js';

type Triple = readonly [number, number, number];

/** Values of the special registers that all threads of a CTA share (PTX ISA chapter 10). */
export interface SpecialRegisters {
  readonly ntid: Triple;
  readonly ctaid: Triple;
  readonly nctaid: Triple;
  readonly cluster_ctaid: Triple;
  readonly cluster_nctaid: Triple;
  readonly clusterid: Triple;
  readonly nclusterid: Triple;
}

/** One CTA: its memory, its barriers and its warps. */
export interface Cta {
  readonly machine: Machine;
  readonly special: SpecialRegisters;
  /** In its cluster. */
  readonly rank: number;
  readonly clusterSize: number;
  readonly threads: number;
  readonly shared: SharedMemory;
  readonly distributed: ClusterPort;
  readonly generic: GenericPort;
  readonly global: GlobalPort;
  readonly parameters: ParameterPort;
  readonly warps: Warp[];
  /** All CTAs of the cluster, by rank. */
  readonly peers: readonly Cta[];
  readonly clusterBarrier: ClusterBarrier;
  readonly namedBarriers: readonly NamedBarrier[];
  readonly mbarriers: Map<number, Mbarrier>;
  /** What a barrier at this address goes on with, if there was one before. */
  readonly mbarrierSlots: Map<number, MbarrierSlot>;
  /** Who waits for the phase of an mbarrier, by its address. */
  readonly mbarrierWaiters: Map<number, Waiter[]>;
  readonly panels: PanelCache;
  readonly actors: ClusterActors;
  readonly registerPool: RegisterPool;
  readonly exit: CtaExit;
}
