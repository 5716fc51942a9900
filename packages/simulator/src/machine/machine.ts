import { boxBytes, planTensorLoad, planTensorStore } from '../tensor/bulk-copy.js';
import { executeLoad, executeStore } from '../tensor/execute-copy.js';
import type { OperandType } from '../tensor/float-formats.js';
import { decodeMatrixDescriptor, type OperandMajor, operandByteRanges } from '../tensor/matrix-descriptor.js';
import { storeMatrixPlan } from '../tensor/stmatrix.js';
import { asSwizzleSpan } from '../tensor/swizzle.js';
import type { SimTensorMap } from '../tensor/tensor-map.js';
import { decodeSimTensorMap } from '../tensor/tensor-map-bytes.js';
import { multiplyFragment } from '../tensor/wgmma.js';
import { parameterWindow } from '../translate/windows.js';
import { AsyncOperations } from './async-operation.js';
import { bitCount } from './cluster-barrier.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { Groups } from './groups.js';
import { Mbarrier } from './mbarrier.js';
import { clusterAddress, offsetOf, rankOf } from './shared-memory.js';
import type { Warp } from './warp.js';

const tensorMapBytes = 128;
const windowSize = 2 ** 32;
const warpsPerGroup = 4;

/**
 * What translated kernels call for everything that is more than one lane's business. One method for each kind of
 * instruction; those that return a boolean say whether the instruction is over, and wake the warp when it can be.
 */
export class Machine {
  readonly operations = new AsyncOperations();
  readonly #stores = new Map<Warp, Map<number, Groups>>();
  readonly #multiplies = new Map<Warp, Groups>();
  readonly #tested: { readonly cta: Cta; readonly address: number }[] = [];

  // Warps

  requireLanes(warp: Warp, mask: number, members: number): void {
    const missing = members & warp.live & ~mask;
    if (missing !== 0) {
      throw new Fault(
        'divergence',
        `expected lanes ${hex(members)} together but received ${hex(mask)} of them`,
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
    warp.arrivedAtSync = 0;
    warp.grant(others);
    return true;
  }

  /**
   * Instructions that the whole warp executes together: lanes wait here for those that are elsewhere, as the compiler makes
   * them meet on hardware.
   */
  converge(warp: Warp, mask: number): boolean {
    const held = warp.heldAt(warp.programCounter);
    if ((held | mask) !== warp.live) {
      warp.hold(warp.programCounter, held | mask);
      warp.block(mask);
      return false;
    }
    warp.hold(warp.programCounter, 0);
    warp.wake(held);
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

  setRegisters(warp: Warp, mask: number, _mode: 'inc' | 'dec', count: number): void {
    this.requireLanes(warp, mask, -1);
    if (count < 24 || count > 256 || count % 8 !== 0) {
      throw new Fault(
        'register-budget',
        `expected a multiple of 8 from 24 to 256 registers but received ${count}`,
      );
    }
  }

  lanesLeft(warp: Warp, mask: number): void {
    warp.cta.clusterBarrier.leave(bitCount(mask));
  }

  // Barriers

  syncBarrier(warp: Warp, mask: number, id: number, threads: number): boolean {
    if (warp.takeGrant(mask)) return true;
    if (barrierOf(warp.cta, id).arrive(warp, mask, threads, true)) return true;
    warp.block(mask);
    return false;
  }

  arriveAtBarrier(warp: Warp, mask: number, id: number, threads: number): void {
    barrierOf(warp.cta, id).arrive(warp, mask, threads, false);
  }

  arriveAtCluster(warp: Warp, mask: number): void {
    warp.cta.clusterBarrier.arrive(warp, mask);
  }

  waitForCluster(warp: Warp, mask: number): boolean {
    if (warp.cta.clusterBarrier.wait(warp, mask)) return true;
    warp.block(mask);
    return false;
  }

  // mbarrier objects

  initBarrier(warp: Warp, lane: number, address: number, arrivals: number): void {
    if (arrivals < 1)
      throw new Fault('barrier', `expected at least 1 arrival but received ${arrivals}`, lane);
    const at = warp.cta.shared.check(address, 8, true, warp, lane);
    warp.cta.mbarriers.set(at, new Mbarrier(arrivals));
  }

  invalidateBarrier(warp: Warp, lane: number, address: number): void {
    findBarrier(warp.cta, address, lane);
    warp.cta.mbarriers.delete(offsetOf(address));
  }

  arrive(warp: Warp, lane: number, address: number, count: number, bytes: number): void {
    const cta = ctaOf(warp.cta, address, lane);
    const barrier = findBarrier(cta, address, lane);
    if (barrier.arrive(count, bytes)) wakeWaiters(cta, offsetOf(address));
  }

  hasCompleted(warp: Warp, lane: number, address: number, parity: number): boolean {
    const completed = findBarrier(warp.cta, address, lane).hasCompleted(parity);
    if (completed) this.#tested.length = 0;
    else this.#tested.push({ cta: warp.cta, address: offsetOf(address) });
    return completed;
  }

  /** After `hasCompleted` was false for every lane: wakes when one of those phases completes. */
  suspend(warp: Warp, mask: number): boolean {
    for (const { cta, address } of this.#tested) {
      const waiters = cta.mbarrierWaiters.get(address) ?? [];
      waiters.push({ warp, mask });
      cta.mbarrierWaiters.set(address, waiters);
    }
    this.#tested.length = 0;
    warp.block(mask);
    return false;
  }

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

  // Fences

  fenceAsyncProxy(warp: Warp, _mask: number): void {
    warp.asyncFences += 1;
  }

  fenceBarrierInit(_warp: Warp, _mask: number): void {
    // Initialised barriers are visible at once here.
  }

  // Tensor copies

  prefetchTensorMap(warp: Warp, lane: number, address: number): void {
    tensorMapAt(warp, lane, address);
  }

  loadTensor(
    warp: Warp,
    lane: number,
    destination: number,
    mapAddress: number,
    coordinates: readonly number[],
    barrier: number,
    ctaMask: number,
  ): void {
    const map = tensorMapAt(warp, lane, mapAddress);
    const plan = planTensorLoad(map, coordinates);
    const bytes = boxBytes(map);
    const multicast = ctaMask !== -1;
    const targets = multicast
      ? warp.cta.peers.filter((_, rank) => (ctaMask >>> rank) & 1)
      : [ctaOf(warp.cta, destination, lane)];
    if (multicast && ctaMask >>> warp.cta.clusterSize !== 0) {
      throw new Fault(
        'bounds',
        `expected a mask of ${warp.cta.clusterSize} CTAs but received ${hex(ctaMask)}`,
        lane,
      );
    }
    for (const cta of targets) {
      const at = offsetOf(destination);
      findBarrier(cta, barrier, lane);
      cta.shared.beginAsyncWrite(at, bytes);
      this.operations.add(
        {},
        {
          execute: () => {
            executeLoad(
              plan,
              (address, length) => readGlobal(cta, address, length),
              cta.shared.bytes,
              at,
              asSwizzleSpan(map.swizzleBytes),
            );
            cta.shared.endAsyncWrite(at, bytes);
            if (findBarrier(cta, barrier, undefined).completeBytes(bytes))
              wakeWaiters(cta, offsetOf(barrier));
          },
        },
      );
    }
  }

  storeTensor(
    warp: Warp,
    lane: number,
    mapAddress: number,
    coordinates: readonly number[],
    source: number,
  ): void {
    const map = tensorMapAt(warp, lane, mapAddress);
    const plan = planTensorStore(map, coordinates);
    const { shared, global } = warp.cta;
    const at = offsetOf(source);
    const bytes = boxBytes(map);
    shared.beginAsyncRead(at, bytes, 'TMA store');
    const groups = this.#storesOf(warp, lane);
    const group = groups.add();
    this.operations.add(groups, {
      execute: () => {
        const write = (address: number, data: Uint8Array) => {
          const allocation = global.memory.checkWrite(address, data.byteLength, 1);
          allocation.bytes.set(data, address - allocation.address);
        };
        executeStore(plan, write, shared.bytes, at, asSwizzleSpan(map.swizzleBytes));
        shared.endAsyncRead(at, bytes);
        groups.done(group);
      },
    });
  }

  commitStores(warp: Warp, lane: number): void {
    this.#storesOf(warp, lane).commit();
  }

  /** Reading and writing are one step here, so that both kinds of wait are the same. */
  waitForStores(warp: Warp, mask: number, pending: number, _read: boolean): boolean {
    for (let lane = 0; lane < 32; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      if (this.#storesOf(warp, lane).wait({ warp, mask }, pending)) continue;
      warp.block(mask);
      return false;
    }
    return true;
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
      if (rows[lane]! % 16 !== 0) {
        throw new Fault(
          'bounds',
          `expected a multiple of 16 for a row of stmatrix but received ${rows[lane]}`,
          lane,
        );
      }
    }
    for (const [register, plane] of planes.entries()) {
      for (let lane = 0; lane < 32; lane++) {
        const word = warp.I[plane + lane]!;
        for (let half = 0; half < 2; half++) {
          const i = (register * 32 + lane) * 2 + half;
          const at = shared.check(rows[plan.addressLane[i]!]! + plan.byteOffset[i]!, 2, true, warp, lane);
          shared.view.setUint16(at, half === 0 ? word & 0xffff : word >>> 16, true);
        }
      }
    }
  }

  // WGMMA

  fenceMultiply(warp: Warp, mask: number): void {
    this.requireLanes(warp, mask, -1);
  }

  multiply(
    warp: Warp,
    mask: number,
    n: number,
    k: number,
    type: OperandType,
    planes: readonly number[],
    aLow: number,
    aHigh: number,
    bLow: number,
    bHigh: number,
    accumulate: boolean | number,
    scaleA: number,
    scaleB: number,
    transposeA: number,
    transposeB: number,
  ): void {
    this.requireLanes(warp, mask, -1);
    const kBytes = k * (type === 'e4m3' ? 1 : type === 'bf16' ? 2 : 4);
    if (kBytes !== 32) throw new Fault('bounds', `expected 32 bytes of K for wgmma but received ${kBytes}`);
    const a = decodeMatrixDescriptor(aLow >>> 0, aHigh >>> 0);
    const b = decodeMatrixDescriptor(bLow >>> 0, bHigh >>> 0);
    const aMajor: OperandMajor = transposeA === 0 ? 'k' : 'mn';
    const bMajor: OperandMajor = transposeB === 0 ? 'k' : 'mn';
    const { shared, panels } = warp.cta;
    const warpInGroup = (warp.index % warpsPerGroup) as 0 | 1 | 2 | 3;
    const reads = [
      ...operandByteRanges(a, aMajor, 16, 32, 16 * warpInGroup),
      ...operandByteRanges(b, bMajor, n, 32),
    ];
    for (const { address, byteLength } of reads) shared.beginAsyncRead(address, byteLength, 'WGMMA');
    const groups = this.#multipliesOf(warp);
    const group = groups.add();
    this.operations.add(groups, {
      execute: () => {
        const accumulators = gather(warp, planes);
        multiplyFragment({
          shape: { n, kBytes: 32 },
          type,
          a: { descriptor: a },
          aMajor,
          b: { descriptor: b, major: bMajor },
          shared: shared.bytes,
          warpInGroup,
          accumulators,
          accumulate: Boolean(accumulate),
          negateA: scaleA === -1,
          negateB: scaleB === -1,
          cache: { panels, version: shared.version },
        });
        scatter(warp, planes, accumulators);
        for (const { address, byteLength } of reads) shared.endAsyncRead(address, byteLength);
        groups.done(group);
      },
    });
  }

  commitMultiply(warp: Warp, mask: number): void {
    this.requireLanes(warp, mask, -1);
    this.#multipliesOf(warp).commit();
  }

  waitForMultiply(warp: Warp, mask: number, pending: number): boolean {
    this.requireLanes(warp, mask, -1);
    if (this.#multipliesOf(warp).wait({ warp, mask }, pending)) return true;
    warp.block(mask);
    return false;
  }

  #storesOf(warp: Warp, lane: number): Groups {
    const lanes = getOrMake(this.#stores, warp, () => new Map<number, Groups>());
    return getOrMake(lanes, lane, () => new Groups());
  }

  #multipliesOf(warp: Warp): Groups {
    return getOrMake(this.#multiplies, warp, () => new Groups());
  }
}

function getOrMake<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function hex(mask: number): string {
  return `0x${(mask >>> 0).toString(16)}`;
}

function barrierOf(cta: Cta, id: number) {
  const barrier = cta.namedBarriers[id];
  if (barrier === undefined) throw new Fault('barrier', `expected a barrier from 0 to 15 but received ${id}`);
  return barrier;
}

function ctaOf(cta: Cta, address: number, lane: number | undefined): Cta {
  const rank = rankOf(address);
  if (rank === undefined) return cta;
  const peer = cta.peers[rank];
  if (peer === undefined)
    throw new Fault('bounds', `expected a rank below ${cta.clusterSize} but received ${rank}`, lane);
  return peer;
}

function findBarrier(cta: Cta, address: number, lane: number | undefined): Mbarrier {
  const barrier = cta.mbarriers.get(offsetOf(address));
  if (barrier !== undefined) return barrier;
  throw new Fault('barrier', `shared address ${offsetOf(address)}: no mbarrier was initialised there`, lane);
}

function wakeWaiters(cta: Cta, address: number): void {
  const waiters = cta.mbarrierWaiters.get(address);
  if (waiters === undefined) return;
  cta.mbarrierWaiters.delete(address);
  for (const { warp, mask } of waiters) warp.wake(mask);
}

/** A tensor map among the parameters, by its generic address. */
function tensorMapAt(warp: Warp, lane: number, address: number): SimTensorMap {
  const { parameters } = warp.cta;
  const offset = address - parameterWindow * windowSize;
  if (offset % 64 !== 0 || offset < 0 || offset + tensorMapBytes > parameters.bytes.byteLength) {
    throw new Fault(
      'bounds',
      `expected a tensor map among the parameters but received address ${address}`,
      lane,
    );
  }
  return decodeSimTensorMap(parameters.bytes.subarray(offset, offset + tensorMapBytes));
}

function readGlobal(cta: Cta, address: number, byteLength: number): Uint8Array {
  const allocation = cta.global.memory.checkRead(address, byteLength, 1);
  const start = address - allocation.address;
  return allocation.bytes.subarray(start, start + byteLength);
}

function gather(warp: Warp, planes: readonly number[]): Float32Array {
  const accumulators = new Float32Array(planes.length * 32);
  for (const [register, plane] of planes.entries())
    accumulators.set(warp.F.subarray(plane, plane + 32), register * 32);
  return accumulators;
}

function scatter(warp: Warp, planes: readonly number[], accumulators: Float32Array): void {
  for (const [register, plane] of planes.entries()) {
    warp.F.set(accumulators.subarray(register * 32, register * 32 + 32), plane);
  }
}
