import type { MemoryOrder } from '../ordering/memory-order.js';
import { boxBytes, boxExtentBytes, planTensorLoad, planTensorStore } from '../tensor/bulk-copy.js';
import { executeLoad, executeStore } from '../tensor/execute-copy.js';
import { type ReduceOperation, reduceBytes } from '../tensor/reduce-bytes.js';
import { asSwizzleSpan } from '../tensor/swizzle.js';
import { type SimTensorMap, tensorMapAlignmentBytes, tensorMapBytes } from '../tensor/tensor-map.js';
import { decodeSimTensorMap } from '../tensor/tensor-map-bytes.js';
import { parameterWindow, windowSize } from '../translate/windows.js';
import type { AsyncOperations } from './async-operation.js';
import type { Cta } from './cta.js';
import { Fault } from './fault.js';
import { Groups } from './groups.js';
import { laneAccess } from './lane-access.js';
import type { MbarrierUnit } from './mbarrier-unit.js';
import { peerOf } from './peer-of.js';
import { offsetOf } from './shared-address.js';
import type { Warp } from './warp.js';

const bulkUnitBytes = 16;

/** Where a copy lies in shared memory. */
interface SharedBox {
  readonly at: number;
  /** Bytes from the first to the last. */
  readonly extent: number;
  /** What its barrier counts. */
  readonly bytes: number;
}

/** The bulk stores of one lane. */
interface LaneStores {
  readonly groups: Groups;
  /** Its reads of shared memory, and its writes to global memory. */
  readonly reader: number;
  readonly writer: number;
}

/** Bulk copies between global and shared memory (PTX ISA 9.7.9.25 to 9.7.9.27). */
export class CopyUnit {
  readonly #operations: AsyncOperations;
  readonly #order: MemoryOrder;
  readonly #barriers: MbarrierUnit;
  readonly #stores = new Map<Warp, Map<number, LaneStores>>();

  constructor(operations: AsyncOperations, order: MemoryOrder, barriers: MbarrierUnit) {
    this.#operations = operations;
    this.#order = order;
    this.#barriers = barriers;
  }

  prefetchTensorMap(warp: Warp, lane: number, address: number): void {
    tensorMapAt(warp, lane, address);
  }

  /** A hint; but the coordinates must be of the map's rank. */
  prefetchTensor(warp: Warp, lane: number, mapAddress: number, coordinates: readonly number[]): void {
    planTensorLoad(tensorMapAt(warp, lane, mapAddress), coordinates);
  }

  loadTensor(
    warp: Warp,
    lane: number,
    destination: number,
    mapAddress: number,
    coordinates: readonly number[],
    barrierAddress: number,
    ctaMask: number,
  ): void {
    const map = tensorMapAt(warp, lane, mapAddress);
    const plan = planTensorLoad(map, coordinates);
    const at = offsetOf(destination);
    for (const cta of this.#targets(warp, lane, destination, ctaMask)) {
      const write = (read: (address: number, byteLength: number) => Uint8Array) =>
        executeLoad(plan, read, cta.shared.bytes, at, asSwizzleSpan(map.swizzleBytes));
      const ranges = plan.flatMap(({ globalAddress, byteLength }) =>
        globalAddress === undefined ? [] : [{ address: globalAddress, byteLength }],
      );
      this.#load(
        warp,
        lane,
        cta,
        { at, extent: boxExtentBytes(map), bytes: boxBytes(map) },
        barrierAddress,
        ranges,
        write,
      );
    }
  }

  /** cp.async.bulk.shared::cluster.global */
  loadBulk(
    warp: Warp,
    lane: number,
    destination: number,
    source: number,
    bytes: number,
    barrierAddress: number,
  ): void {
    checkBulk(lane, bytes, source, offsetOf(destination));
    const cta = peerOf(warp, destination, lane);
    const at = offsetOf(destination);
    this.#load(
      warp,
      lane,
      cta,
      { at, extent: bytes, bytes },
      barrierAddress,
      [{ address: source, byteLength: bytes }],
      (read) => {
        cta.shared.bytes.set(read(source, bytes), at);
      },
    );
  }

  storeTensor(
    warp: Warp,
    lane: number,
    mapAddress: number,
    coordinates: readonly number[],
    source: number,
    reduction: ReduceOperation | undefined,
  ): void {
    const map = tensorMapAt(warp, lane, mapAddress);
    const plan = planTensorStore(map, coordinates);
    const { shared } = warp.cta;
    const at = offsetOf(source);
    const ranges = plan.map(({ globalAddress, byteLength }) => ({ address: globalAddress, byteLength }));
    const combine = reduction === undefined ? undefined : reduceBytes(reduction, map.element);
    this.#store(warp, lane, at, boxExtentBytes(map), ranges, combine !== undefined, () => {
      const { global } = warp.cta;
      const write = (address: number, data: Uint8Array) => {
        global.write(
          address,
          combine === undefined ? data : combine(global.read(address, data.byteLength), data),
        );
      };
      executeStore(plan, write, shared.bytes, at, asSwizzleSpan(map.swizzleBytes));
    });
  }

  /** cp.async.bulk.global.shared::cta */
  storeBulk(warp: Warp, lane: number, destination: number, source: number, bytes: number): void {
    checkBulk(lane, bytes, destination, offsetOf(source));
    const { shared, global } = warp.cta;
    const at = offsetOf(source);
    this.#store(warp, lane, at, bytes, [{ address: destination, byteLength: bytes }], false, () => {
      global.write(destination, shared.bytes.subarray(at, at + bytes));
    });
  }

  commitStores(warp: Warp, lane: number): void {
    this.#storesOf(warp, lane).groups.commit();
  }

  /** Reading and writing are executed as one here; but who waits for the reads only does not know of the writes. */
  waitForStores(warp: Warp, mask: number, pending: number, onlyReads: boolean): boolean {
    for (let lane = 0; lane < 32; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      if (this.#storesOf(warp, lane).groups.wait({ warp, mask }, pending)) continue;
      warp.block(mask);
      return false;
    }
    for (let lane = 0; lane < 32; lane++) {
      if (((mask >>> lane) & 1) === 0) continue;
      const { groups, reader, writer } = this.#storesOf(warp, lane);
      const over = groups.overAfter(pending);
      if (over === 0) continue;
      warp.clocks.note(1 << lane, reader, over);
      if (!onlyReads) warp.clocks.note(1 << lane, writer, over);
    }
    return true;
  }

  #targets(warp: Warp, lane: number, destination: number, ctaMask: number): Cta[] {
    if (ctaMask === -1) return [peerOf(warp, destination, lane)];
    const { peers, clusterSize } = warp.cta;
    if (ctaMask >>> clusterSize !== 0 || ctaMask === 0) {
      throw new Fault(
        'bounds',
        `expected a mask of ${clusterSize} CTAs but received 0x${ctaMask.toString(16)}`,
        lane,
      );
    }
    return peers.filter((_, rank) => (ctaMask >>> rank) & 1);
  }

  #load(
    warp: Warp,
    lane: number,
    cta: Cta,
    { at, extent, bytes }: SharedBox,
    barrierAddress: number,
    sources: readonly { readonly address: number; readonly byteLength: number }[],
    write: (read: (address: number, byteLength: number) => Uint8Array) => void,
  ): void {
    if (cta !== warp.cta) cta.exit.touchFrom(warp, lane);
    const barrier = this.#barriers.findForCopy(warp, cta, barrierAddress, lane);
    const phase = barrier.expectCopy();
    const by = laneAccess(this.#order, warp, lane, {
      name: 'copy',
      actor: barrier.actor,
      time: phase,
      generic: false,
    });
    for (const { address, byteLength } of sources) cta.global.beginAsyncRead(address, byteLength, by);
    cta.shared.beginAsyncWrite(at, extent, by);
    cta.exit.touchAsync(barrier.actor, phase, by.site, 'an asynchronous copy');
    this.#operations.add(
      {},
      {
        execute: () => {
          write((address, length) => cta.global.read(address, length));
          cta.shared.endAsyncWrite(at, extent);
          this.#barriers.completeBytes(cta, barrier, barrierAddress, bytes, phase);
        },
      },
    );
  }

  #store(
    warp: Warp,
    lane: number,
    at: number,
    bytes: number,
    targets: readonly { readonly address: number; readonly byteLength: number }[],
    reduces: boolean,
    write: () => void,
  ): void {
    const { shared, global, exit } = warp.cta;
    const { groups, reader, writer } = this.#storesOf(warp, lane);
    const group = groups.add();
    const reading = laneAccess(this.#order, warp, lane, {
      name: 'TMA store',
      actor: reader,
      time: group,
      generic: false,
    });
    shared.beginAsyncRead(at, bytes, reading);
    const writing = { ...reading, actor: writer, strong: reduces };
    for (const { address, byteLength } of targets) global.beginAsyncWrite(address, byteLength, writing);
    exit.touchAsync(reader, group, reading.site, 'a bulk store');
    this.#operations.add(groups, {
      execute: () => {
        write();
        groups.done(group);
      },
    });
  }

  #storesOf(warp: Warp, lane: number): LaneStores {
    let lanes = this.#stores.get(warp);
    if (lanes === undefined) {
      lanes = new Map();
      this.#stores.set(warp, lanes);
    }
    let stores = lanes.get(lane);
    if (stores === undefined) {
      const { actors } = warp.cta;
      const name = `a bulk store of warp ${warp.index}, lane ${lane}`;
      stores = { groups: new Groups(), reader: actors.add(name), writer: actors.add(name) };
      lanes.set(lane, stores);
    }
    return stores;
  }
}

/** PTX ISA 9.7.9.25.4: addresses and sizes of bulk copies without a tensor map. */
function checkBulk(lane: number, bytes: number, global: number, shared: number): void {
  for (const [what, value] of [
    ['size', bytes],
    ['global address', global],
    ['shared address', shared],
  ] as const) {
    if (value % bulkUnitBytes === 0) continue;
    throw new Fault(
      'bounds',
      `expected a multiple of ${bulkUnitBytes} for the ${what} of a bulk copy but received ${value}`,
      lane,
    );
  }
}

/** A tensor map by its generic address: a parameter, or in global memory. */
function tensorMapAt(warp: Warp, lane: number, address: number): SimTensorMap {
  const { parameters, global } = warp.cta;
  if (address % tensorMapAlignmentBytes !== 0) throw noMap(address, lane);
  const offset = address - parameterWindow * windowSize;
  if (offset < 0) return decodeSimTensorMap(global.read(address, tensorMapBytes));
  if (offset + tensorMapBytes > parameters.bytes.byteLength) throw noMap(address, lane);
  return decodeSimTensorMap(parameters.bytes.subarray(offset, offset + tensorMapBytes));
}

function noMap(address: number, lane: number): Fault {
  return new Fault('bounds', `expected a tensor map but received address ${address}`, lane);
}
