import type { SimulatorCheck } from '../device/simulator-options.js';
import { accessKind } from '../ordering/access-kind.js';
import { MemoryOrder } from '../ordering/memory-order.js';
import type { Program } from '../program/program.js';
import { storeMatrixPlan } from '../tensor/stmatrix.js';
import { AsyncOperations } from './async-operation.js';
import { CopyUnit } from './copy-unit.js';
import { Fault } from './fault.js';
import { MbarrierUnit } from './mbarrier-unit.js';
import { MemoryFences } from './memory-fences.js';
import { MultiplyUnit } from './multiply-unit.js';
import { RegisterChecks } from './register-checks.js';
import { RemoteStores } from './remote-stores.js';
import { clusterAddress, offsetOf } from './shared-address.js';
import { replaceTensorMapField } from './tensor-map-edits.js';
import type { Warp } from './warp.js';

const laneCount = 32;

/**
 * What translated kernels call for everything that is more than one lane's business. Methods that return a boolean say
 * whether the instruction is over, and wake the warp when it can be.
 */
export class Machine {
  readonly operations = new AsyncOperations();
  readonly checks: ReadonlySet<SimulatorCheck>;
  readonly order: MemoryOrder;
  readonly mbarriers: MbarrierUnit;
  readonly copies: CopyUnit;
  readonly remoteStores: RemoteStores;
  readonly multiplies: MultiplyUnit;
  readonly registers: RegisterChecks;
  readonly fences: MemoryFences;
  readonly replaceTensorMapField = replaceTensorMapField;

  constructor(checks: ReadonlySet<SimulatorCheck>, program: Program) {
    this.checks = checks;
    this.order = new MemoryOrder(checks, program);
    this.mbarriers = new MbarrierUnit(this.order, checks);
    this.copies = new CopyUnit(this.operations, this.order, this.mbarriers);
    this.remoteStores = new RemoteStores(this.operations, this.order, this.mbarriers);
    this.registers = new RegisterChecks(checks, program);
    this.multiplies = new MultiplyUnit(this.operations, this.order, this.registers);
    this.fences = new MemoryFences(this.order, this.mbarriers);
  }

  // Lanes of a warp

  requireLanes(warp: Warp, mask: number, members: number): void {
    const missing = members & warp.live & ~mask;
    if (missing !== 0) {
      throw new Fault(
        'divergence',
        `expected lanes ${hex(members)} together but received ${hex(mask)} of them`,
      );
    }
  }

  /** An operand of a collective that has to be the same in all lanes. */
  requireUniform(warp: Warp, mask: number, plane: number, what: string): void {
    const first = 31 - Math.clz32(mask & -mask);
    for (let lane = 0; lane < laneCount; lane++) {
      if (((mask >>> lane) & 1) === 0 || warp.I[plane + lane] === warp.I[plane + first]) continue;
      throw new Fault(
        'divergence',
        `expected the same ${what} in all lanes but received ${warp.I[plane + first]} in lane ${first} and ` +
          `${warp.I[plane + lane]} in lane ${lane}`,
        lane,
      );
    }
  }

  /** Lanes wait until those of `members` that are still there have come. */
  syncWarp(warp: Warp, mask: number, members: number): boolean {
    if (warp.takeGrant(mask)) return true;
    warp.arrivedAtSync |= mask;
    if ((members & warp.live & ~warp.arrivedAtSync) !== 0) {
      warp.block(mask);
      return false;
    }
    const others = warp.arrivedAtSync & ~mask;
    warp.clocks.synchronise(warp.arrivedAtSync);
    warp.arrivedAtSync = 0;
    warp.grant(others);
    return true;
  }

  /**
   * Instructions that the lanes of `members` execute together: lanes wait here for those that are elsewhere, as the
   * compiler makes them meet on hardware.
   */
  converge(warp: Warp, mask: number, members: number): boolean {
    const together = warp.heldAt(warp.programCounter) | mask;
    if ((members & warp.live & ~together) !== 0) {
      warp.hold(warp.programCounter, together);
      warp.block(mask);
      return false;
    }
    warp.hold(warp.programCounter, 0);
    warp.wake(together);
    return false;
  }

  shuffleSource(
    warp: Warp,
    mask: number,
    mode: string,
    lane: number,
    b: number,
    c: number,
  ): { lane: number; inRange: boolean } {
    const segment = (c >> 8) & 31;
    const clamp = c & 31;
    const maxLane = (lane & segment) | (clamp & ~segment);
    const minLane = lane & segment;
    const offset = b & 31;
    const [source, inRange] =
      mode === 'idx'
        ? [minLane | (offset & ~segment), (minLane | (offset & ~segment)) <= maxLane]
        : mode === 'bfly'
          ? [lane ^ offset, (lane ^ offset) <= maxLane]
          : mode === 'up'
            ? [lane - offset, lane - offset >= maxLane]
            : [lane + offset, lane + offset <= maxLane];
    const from = inRange ? source : lane;
    if (((mask >>> from) & 1) === 0) {
      throw new Fault(
        'divergence',
        `shfl.sync reads lane ${from} of warp ${warp.index}, which does not take part`,
        lane,
      );
    }
    return { lane: from, inRange };
  }

  setRegisters(warp: Warp, mask: number, mode: 'inc' | 'dec', count: number, line: number): boolean {
    if (warp.takeGrant(mask)) return true;
    warp.group.step(warp, `setmaxnreg.${mode} to ${count} in line ${line}`);
    if (!this.checks.has('register-budget')) return true;
    if (warp.cta.registerPool.set(warp, mask, mode, count)) return true;
    warp.block(mask);
    return false;
  }

  lanesLeft(warp: Warp, mask: number): void {
    const { cta } = warp;
    cta.exit.leave(warp, mask);
    if (warp.live === 0) warp.group.leave(warp);
    cta.clusterBarrier.leave(warp, mask);
  }

  // Barriers of a CTA and of a cluster

  syncBarrier(warp: Warp, mask: number, id: number, threads: number): boolean {
    if (warp.takeGrant(mask)) return true;
    if (barrierOf(warp, id).arrive(warp, mask, threads, true)) return true;
    warp.block(mask);
    return false;
  }

  arriveAtBarrier(warp: Warp, mask: number, id: number, threads: number): void {
    barrierOf(warp, id).arrive(warp, mask, threads, false);
  }

  arriveAtCluster(warp: Warp, mask: number, releases: boolean): void {
    warp.cta.clusterBarrier.arrive(warp, mask, releases);
  }

  waitForCluster(warp: Warp, mask: number): boolean {
    if (warp.cta.clusterBarrier.wait(warp, mask)) return true;
    warp.block(mask);
    return false;
  }

  // Shared memory

  mapToCta(warp: Warp, lane: number, address: number, rank: number): number {
    if (rank >= warp.cta.clusterSize) {
      throw new Fault(
        'bounds',
        `expected a rank below ${warp.cta.clusterSize} for mapa but received ${rank}`,
        lane,
      );
    }
    return clusterAddress(offsetOf(address), rank);
  }

  storeMatrix(
    warp: Warp,
    mask: number,
    rows: Float64Array,
    planes: readonly number[],
    transposed: boolean,
  ): void {
    this.requireLanes(warp, mask, -1);
    const plan = storeMatrixPlan(planes.length as 1 | 2 | 4, transposed);
    const { shared } = warp.cta;
    for (let lane = 0; lane < planes.length * 8; lane++) {
      // The row belongs to the lane that gives its address: that lane's access is what others race with.
      shared.check(rows[lane]!, 16, accessKind.write, warp, lane);
    }
    for (const [register, plane] of planes.entries()) {
      for (let lane = 0; lane < laneCount; lane++) {
        const word = warp.I[plane + lane]!;
        for (let half = 0; half < 2; half++) {
          const i = (register * laneCount + lane) * 2 + half;
          const at = offsetOf(rows[plan.addressLane[i]!]! + plan.byteOffset[i]!);
          shared.view.setUint16(at, half === 0 ? word & 0xffff : word >>> 16, true);
        }
      }
    }
  }
}

function hex(mask: number): string {
  return `0x${(mask >>> 0).toString(16)}`;
}

function barrierOf(warp: Warp, id: number) {
  const barrier = warp.cta.namedBarriers[id];
  if (barrier === undefined) throw new Fault('barrier', `expected a barrier from 0 to 15 but received ${id}`);
  return barrier;
}
